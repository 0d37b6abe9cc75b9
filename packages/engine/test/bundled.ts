// TypeScript of this package as plain modules, for processes and threads of a test: a loader would take a second in each of them.
import { mkdtemp } from 'node:fs/promises';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleForTests } from '../../../tools/bundle-for-tests.js';

/** Makes a .mjs of each, named from this folder, in a folder within the one that bundled-threads-for-tests.ts makes and removes. */
export async function bundled(...entries: string[]): Promise<string> {
  const folder = await mkdtemp(`${fileURLToPath(env['LIN_TEST_BUNDLES']!)}/engine-`);
  await bundleForTests(
    entries.map((entry) => fileURLToPath(new URL(entry, import.meta.url))),
    folder,
  );
  return folder;
}
