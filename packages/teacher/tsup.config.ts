import { library } from '../../tools/tsup.base.js';

// The worker is a file of its own, loaded by its URL.
export default library({ entry: ['src/index.ts', 'src/session-worker.js'] });
