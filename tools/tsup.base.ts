// The one build recipe: ESM with types and source maps, every entry named by the package's own config.
import { defineConfig, type Options } from 'tsup';

export const library = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    ...options,
  });
