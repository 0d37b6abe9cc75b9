// The folder of shared cases and photographs, beside a checkout where it is there (or LIN_TEST_SHARED): nothing of it
// is part of the project.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = process.env['LIN_TEST_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url));

/** A path in it, and what a test's name says where it is missing. */
export function shared(...names: string[]): { path: string; isMissing: boolean; skipped: string } {
  const path = join(SHARED, ...names);
  const isMissing = !existsSync(path);
  return { path, isMissing, skipped: isMissing ? ` (SKIPPED: ../shared/${names.join('/')} is not there)` : '' };
}
