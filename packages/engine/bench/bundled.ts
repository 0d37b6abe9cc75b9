// A script of the bench as plain JavaScript, as users run the packages: the loader of TypeScript alone takes 70 MB.
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForTests } from '../../../tools/bundle-for-tests.js';

export const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The path of its bundle. */
export async function bundled(script: string): Promise<string> {
  const folder = here('../node_modules/.cache/lin');
  await bundleForTests([here(script)], folder);
  return `${folder}/${basename(script, '.ts')}.mjs`;
}
