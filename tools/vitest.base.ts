// The one test recipe: a forked process per file, because native libraries live as long as their process.
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];

export const project = (name: string) =>
  defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      pool: 'forks',
      execArgv: ['--conditions=@lin/source'],
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  });
