// A Python for the tests that compare with one; they are skipped, by name, where it lacks what they need.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const PYTHON = process.env['LIN_TEST_PYTHON'] ?? 'python3';
const run = promisify(execFile);

export const runPython = async (args: readonly string[]): Promise<string> =>
  (await run(PYTHON, [...args], { maxBuffer: 2 ** 28 })).stdout;

/** undefined where Python can import the modules, else the reason why not. */
export const pythonMissing = (...modules: readonly string[]): Promise<string | undefined> =>
  run(PYTHON, ['-c', modules.map((module) => `import ${module}`).join('\n')]).then(
    () => undefined,
    () => `${PYTHON} is not there or cannot import ${modules.join(', ') || 'anything'}; LIN_TEST_PYTHON names another`,
  );
