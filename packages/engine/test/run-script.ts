// Runs a few lines in a process of their own, with the engine's modules in reach: backends and environments last as long as a process.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ScriptResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NODE = ['--conditions=@lin/source', '--import', 'tsx'];

/**
 * `tf` and everything that `modules` (paths from src/) export are there for `script`; an undefined variable is taken out of the
 * environment.
 */
export function runScript(
  script: string,
  { modules = ['index.ts'], env = {} }: { modules?: string[]; env?: Record<string, string | undefined> } = {},
): ScriptResult {
  const imports = modules.map(
    (module) =>
      `Object.assign(globalThis, await import(${JSON.stringify(new URL(`../src/${module}`, import.meta.url).href)}));`,
  );
  const text = `import * as tf from '@tensorflow/tfjs-core';\n${imports.join('\n')}\n${script}`;
  return run([...NODE, '--input-type=module', '-e', text], env);
}

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
