// TypeScript of this package as plain modules, for processes and threads of a test: a loader would take a second in each of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bundleForTests } from '../../../tools/bundle-for-tests.js';

const HERE = new URL('.', import.meta.url);

/** Makes a .mjs of each, named from this folder, in a folder that is there until the test file ends; that folder's path. */
export async function bundled(...entries: string[]): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL('bundles-', HERE)));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  await bundleForTests(
    entries.map((entry) => fileURLToPath(new URL(entry, HERE))),
    folder,
  );
  return folder;
}
