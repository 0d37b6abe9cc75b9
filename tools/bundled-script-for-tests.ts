// Scripts of tests that run in processes of their own, bundled once each.
import { mkdtemp } from 'node:fs/promises';
import { basename } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleForTests } from './bundle-for-tests.js';

const bundles = new Map<string, Promise<string>>();

/** A TypeScript file of the tests as one that plain Node runs, in the folder that bundled-threads-for-tests.ts makes and removes. */
export function bundledScript(path: string): Promise<string> {
  const known = bundles.get(path);
  if (known) return known;
  const bundle = bundleOf(path);
  bundles.set(path, bundle);
  return bundle;
}

async function bundleOf(path: string): Promise<string> {
  const folder = await mkdtemp(`${fileURLToPath(env['LIN_TEST_BUNDLES']!)}/script-`);
  await bundleForTests([path], folder);
  return `${folder}/${basename(path, '.ts')}.mjs`;
}
