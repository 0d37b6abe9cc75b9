// One runner over every package; sources are read directly, so tests need no build.
import { defineConfig } from 'vitest/config';

const conditions = ['@lin/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: ['packages/*'],
  },
});
