import { library } from '../../tools/tsup.base.js';

export default library({ entry: { index: 'src/index.ts', 'linear-algebra': 'src/linear-algebra/index.ts' } });
