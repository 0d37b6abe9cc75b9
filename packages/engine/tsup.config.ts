import type { Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import { library } from '../../tools/tsup.base.js';

/** What is built beside the library, whose build cleans the folder. */
const COMMON_JS: Options = {
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  outExtension: () => ({ js: '.cjs' }),
  clean: false,
};

/** tfjs-node-gpu's kernels, for THIRD-PARTY-NOTICES.txt: CommonJS as they are, so that they meet the same tfjs-core as the rest. */
const kernels = defineConfig({
  entry: { 'node-kernels': 'src/tensorflow/node-kernels.cjs' },
  ...COMMON_JS,
  external: ['@tensorflow/tfjs-core'],
  noExternal: ['@tensorflow/tfjs-node-gpu', 'google-protobuf'],
  esbuildPlugins: [insteadOfTheUnion("module.exports = require('@tensorflow/tfjs-core');")], // all that they use of it
});

/** What the two modules use of tfjs-core is its entry's wherever that has it, and no second copy. */
const OF_THE_ENTRY: Record<string, string> = {
  base: 'core',
  'ops/ops': 'core',
  util: 'core.util',
  engine: '{ ENGINE: core.engine() }',
  environment: 'core',
  globals: 'core',
  kernel_registry: 'core',
  tensor: '{ ...core, getGlobalTensorClass: () => core.Tensor }',
};

/** The two modules of tfjs-core by which the union registers gradients and methods. */
const gradients = defineConfig({
  entry: { 'register-gradients': 'src/tfjs/register-gradients.cjs' },
  ...COMMON_JS,
  external: [/^@tensorflow\/tfjs-core$/],
  noExternal: [/^@tensorflow\/tfjs-core\/dist/],
  esbuildPlugins: [
    ofTheEntry(),
    insteadOfTheUnion(`
      import '@tensorflow/tfjs-core/dist/register_all_gradients';
      import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
    `),
  ],
});

/** Puts a module in place of '@tensorflow/tfjs', which would bring layers, converters and WebGL. */
function insteadOfTheUnion(contents: string): Plugin {
  return {
    name: 'instead-of-the-union',
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs$/ }, ({ path }) => ({ path, namespace: 'union' }));
      build.onLoad({ filter: /.*/, namespace: 'union' }, () => ({ contents, resolveDir: import.meta.dirname }));
    },
  };
}

function ofTheEntry(): Plugin {
  return {
    name: 'of-the-entry',
    setup(build) {
      const filter = new RegExp(`^(\\.\\.?/)+(${Object.keys(OF_THE_ENTRY).join('|')})$`);
      build.onResolve({ filter }, ({ path }) => ({ path: path.replaceAll('../', ''), namespace: 'entry' }));
      build.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
        contents: `const core = require('@tensorflow/tfjs-core');\nmodule.exports = ${OF_THE_ENTRY[path.replace('./', '')]};`,
        resolveDir: import.meta.dirname,
      }));
    },
  };
}

export default [library({ entry: ['src/index.ts', 'src/cli.ts'] }), kernels, gradients];
