// The one test recipe: a forked process per file, because native libraries live as long as their process. Two gears: `npm test`, and
// `npm run test:slow` (vitest.slow.config.ts) for the files named *.slow.test.ts, which soak, kill or fuzz at length.
import { env } from 'node:process';
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];
const SLOW = ['**/*.slow.test.ts'];

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
      pool: 'forks',
      execArgv: ['--conditions=@lin/source'],
      testTimeout: isSlow ? 600_000 : 60_000,
      hookTimeout: 120_000,
    },
  });
};
