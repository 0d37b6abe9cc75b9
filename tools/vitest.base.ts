// The one test recipe. Two gears: `npm test`, and `npm run test:slow` (vitest.slow.config.ts) for the files named *.slow.test.ts, which
// soak, kill or fuzz at length.
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];
const SLOW = ['**/*.slow.test.ts'];

/**
 * The files that a worker takes share its process, which loads tfjs, native libraries and the sources once. What needs a process of its own
 * starts one; what a file leaves behind, variables of tfjs for example, is there in the next.
 */
export const project = (name: string) => {
  const isSlow = env['LIN_TESTS'] === 'slow';
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      include: isSlow ? SLOW : ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**', ...(isSlow ? [] : SLOW)],
      passWithNoTests: true,
      setupFiles: [fileURLToPath(new URL('equal-bytes-for-tests.ts', import.meta.url))],
      pool: 'forks',
      isolate: isSlow,
      execArgv: ['--conditions=@lin/source'],
      testTimeout: isSlow ? 600_000 : 60_000,
      hookTimeout: 120_000,
    },
  });
};
