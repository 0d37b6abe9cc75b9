import { library } from '../../tools/tsup.base.js';

// The decoding thread is a file of its own, loaded by its URL.
export default library({ entry: { index: 'src/index.ts', 'decode-worker': 'src/batches/decode-worker.ts' } });
