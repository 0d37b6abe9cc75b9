// Where the app's files are.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = workspaceOf(fileURLToPath(import.meta.url));

/** The folder of nx.json around a file: the sources lie deeper in it than what is built of them. */
function workspaceOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(resolve(folder, 'nx.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** Where runs are; LIN_RUNS names another folder. */
export const runsFolder = () => folder('LIN_RUNS', 'runs');
/** What is made once and reused: the sample set, embeddings; LIN_DATA names another folder. */
export const cacheFolder = () => folder('LIN_DATA', 'data');
export const SAMPLE_CONFIG = resolve(root, 'packages/app/config/sample.yaml');
/** The sample config where libtensorflow is not available: smaller. */
export const SAMPLE_CONFIG_WITHOUT_TENSORFLOW = resolve(root, 'packages/app/config/sample-wasm.yaml');

function folder(variable: string, name: string): string {
  const set = process.env[variable];
  return set ? userPath(set) : resolve(root, name);
}

/** A path a user gave is relative to the folder they called npx from, not to the one nx runs us in. */
export function userPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}
