// Python where there is one: LIN_TEST_PYTHON names another interpreter than python3.
import { spawnSync } from 'node:child_process';

/** The interpreter, or undefined where it cannot import the modules. */
export function pythonWith(...modules: string[]): string | undefined {
  const python = process.env['LIN_TEST_PYTHON'] ?? 'python3';
  return spawnSync(python, ['-c', modules.map((name) => `import ${name}`).join('\n')]).status === 0
    ? python
    : undefined;
}
