// Runs a few lines in a process of their own, with the engine's modules in reach: backends and environments last as long as a process.
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundled } from './bundled.js';

export interface ScriptResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** What scripts are given the exports of: paths from src/, without `.ts`. */
type Module = (typeof MODULES)[number];
const MODULES = ['index', 'engine', 'tensorflow/quiet-load'] as const;

const bundles = await bundled('../src/cli.ts', ...MODULES.map((name) => `../src/${name}.ts`));

/** `tf` and everything that `modules` export are there for `script`; an undefined variable is taken out of the environment. */
export function runScript(
  script: string,
  { modules = ['index'], env = {} }: { modules?: Module[]; env?: Record<string, string | undefined> } = {},
): ScriptResult {
  const imports = modules.map(
    (module) => `Object.assign(globalThis, await import(${JSON.stringify(bundleOf(module))}));`,
  );
  const text = `import * as tf from '@tensorflow/tfjs-core';\n${imports.join('\n')}\n${script}`;
  return run(['--input-type=module', '-e', text], env);
}

/** The address of a module's bundle, for an import of its own. */
export const bundleOf = (module: Module) => pathToFileURL(`${bundles}/${module}.mjs`).href;

/** `lin-engine` as a file for Node. */
export const CLI = `${bundles}/cli.mjs`;

/** `lin-engine` with these arguments. */
export const runCli = (args: string[], env: Record<string, string | undefined> = {}): ScriptResult =>
  run([CLI, ...args], env);

function run(args: string[], env: Record<string, string | undefined>): ScriptResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: FOLDER,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
