// Where the app's files are.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const RUNS = resolve(root, 'runs');
/** What is made once and reused: the sample set, stand-in teachers, embeddings. */
export const CACHE = resolve(root, 'data');
export const SAMPLE_CONFIG = resolve(root, 'packages/app/config/sample.yaml');
/** The sample config where no libtensorflow can be had: smaller. */
export const SAMPLE_CONFIG_WITHOUT_TENSORFLOW = resolve(root, 'packages/app/config/sample-wasm.yaml');

/** A path a user gave is relative to the folder they called npx from, not to the one nx runs us in. */
export function userPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}
