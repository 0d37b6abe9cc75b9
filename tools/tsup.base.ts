// The one build recipe: ESM with types and source maps, every entry named by the package's own config.
import { defineConfig, type Options } from 'tsup';

/** Workspace packages that are not published: what a package uses of them is bundled into it. */
const PRIVATE = ['@lin/files', '@lin/command-line'];

export const library = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts: { resolve: PRIVATE },
    sourcemap: true,
    clean: true,
    noExternal: PRIVATE,
    esbuildOptions(esbuild) {
      esbuild.conditions = ['@lin/source'];
    },
    ...options,
  });
