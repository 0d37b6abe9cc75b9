import { library } from '../../tools/tsup.base.js';

// Threads that decode and draw are files of their own, loaded by their URL; cli.js is what bin/lin-data.cjs runs.
export default library({
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli.ts',
    'decode-worker': 'src/batches/decode-worker.ts',
    'draw-worker': 'src/sample-faces/draw-worker.ts',
  },
});
