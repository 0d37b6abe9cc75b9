import { library } from '../../tools/tsup.base.js';

export default library({ entry: { index: 'src/index.ts', figures: 'src/figures/index.ts' } });
