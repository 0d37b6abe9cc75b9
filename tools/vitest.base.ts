// The one test recipe. Two gears: `npm test`, and `npm run test:slow` (vitest.slow.config.ts) for the files named *.slow.test.ts, which
// soak, kill or fuzz at length.
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];
const SLOW = ['**/*.slow.test.ts'];

interface ProjectOptions {
  /**
   * A forked process per file, where tests leave something in theirs: native libraries live as long as their process. Default: the files
   * that a worker takes share its process, which loads tfjs and the sources once.
   */
  isolate?: boolean;
}

export const project = (name: string, { isolate = false }: ProjectOptions = {}) => {
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
      isolate: isSlow || isolate,
      execArgv: ['--conditions=@lin/source'],
      testTimeout: isSlow ? 600_000 : 60_000,
      hookTimeout: 120_000,
    },
  });
};
