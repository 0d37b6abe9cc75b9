import { library } from '../../tools/tsup.base.js';

export default library({ entry: { index: 'src/index.ts', 'tfjs-layers': 'src/tfjs-layers/index.ts' } });
