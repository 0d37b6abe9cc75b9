// Runs a few lines in a process of their own, with the engine's modules in reach: backends and environments last as long as a process.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { bundleForTests } from '../../../tools/bundle-for-tests.js';

export interface ScriptResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NODE = ['--conditions=@lin/source', '--import', 'tsx'];

/** What scripts are given the exports of: paths from src/, without `.ts`. */
type Module = (typeof MODULES)[number];
const MODULES = ['index', 'engine', 'tensorflow/quiet-load'] as const;

const bundles = await mkdtemp(`${FOLDER}bundles-`);
afterAll(() => rm(bundles, { recursive: true, force: true }));
await bundleForTests(
  MODULES.map((name) => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))),
  bundles,
);

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

/** `lin-engine` with these arguments. */
export function runCli(args: string[], env: Record<string, string | undefined> = {}): ScriptResult {
  return run([...NODE, fileURLToPath(new URL('../src/cli.ts', import.meta.url)), ...args], env);
}

function run(args: string[], env: Record<string, string | undefined>): ScriptResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: FOLDER,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
