// What may import what (tools/dependencies.mjs), and the few style rules a compiler does not hold.
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { DEPENDENCIES, PUBLISHED } from './tools/dependencies.mjs';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/runs/**'] },
  eslint.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [
            '^(\\.\\./)+tools/(fuzz/[a-z-]+|tsup\\.base|vitest\\.base|test-example|[a-z-]+-for-tests)\\.js$',
            '^\\.\\./sample-images\\.js$',
          ],
          banTransitiveDependencies: true,
          depConstraints: Object.entries({ ...DEPENDENCIES, examples: PUBLISHED }).map(([name, targets]) => ({
            sourceTag: `lin:${name}`,
            onlyDependOnLibsWithTags: [`lin:${name}`, ...targets.map((target) => `lin:${target}`)],
          })),
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-len': ['error', { code: 140, ignoreUrls: true }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@tensorflow/*/dist/*', 'koffi'],
              message: 'Only @lin/engine touches tfjs internals or C symbols.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/engine/**/*.ts', 'tools/webgpu-for-tests.ts', 'tools/unpack-for-tests.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // A benchmark measures a package inside what it is used for, and a test outside src may take its pictures from @lin/data.
    files: ['packages/*/{bench,test}/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['packages/invertible/src/**/*.ts', 'packages/operator/src/**/*.ts', 'packages/safetensors/src/**/*.ts'],
    ignores: ['**/*.test.ts', 'packages/safetensors/src/file.ts'], // files are an entry of its own, for Node
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', '@tensorflow/*/dist/*'], message: 'This package also runs in a browser.' }] },
      ],
    },
  },
);
