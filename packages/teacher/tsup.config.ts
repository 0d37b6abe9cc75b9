import { library } from '../../tools/tsup.base.js';

// The thread of a session is a file of its own, loaded by its URL; cli.js is what bin/lin-teacher.cjs runs.
export default library({
  entry: {
    index: 'src/index.ts',
    align: 'src/align.ts',
    'stand-in': 'src/stand-in.ts',
    onnx: 'src/onnx.ts',
    cli: 'src/cli.ts',
    'session-worker': 'src/session/session-worker.ts',
  },
});
