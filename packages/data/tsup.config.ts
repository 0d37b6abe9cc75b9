import { library } from '../../tools/tsup.base.js';

// The decoding thread is a file of its own, loaded by its URL; cli.js is what bin/lin-data.cjs runs.
export default library({
  entry: { index: 'src/index.ts', cli: 'src/cli.ts', 'decode-worker': 'src/batches/decode-worker.ts' },
});
