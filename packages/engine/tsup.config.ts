import { defineConfig } from 'tsup';
import { library } from '../../tools/tsup.base.js';

/** tfjs-node-gpu's kernels, for THIRD-PARTY-NOTICES.txt: CommonJS as they are, so that they meet the same tfjs as before. */
const kernels = defineConfig({
  entry: { 'node-kernels': 'src/tensorflow/node-kernels.cjs' },
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  outExtension: () => ({ js: '.cjs' }),
  external: ['@tensorflow/tfjs', '@tensorflow/tfjs-core'],
  noExternal: ['@tensorflow/tfjs-node-gpu', 'google-protobuf'],
  clean: false,
});

export default [library({ entry: ['src/index.ts', 'src/cli.ts'] }), kernels];
