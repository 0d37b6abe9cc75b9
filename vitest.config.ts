// One runner over every package; sources are read directly, so tests need no build.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: ['packages/*', 'tools', 'examples'],
    globalSetup: ['./tools/bundled-threads-for-tests.ts'],
    maxWorkers: availableParallelism(), // one less is the default: half of a machine with two cores
  },
});
