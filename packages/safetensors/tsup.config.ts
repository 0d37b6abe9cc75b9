import { library } from '../../tools/tsup.base.js';

export default library({ entry: { index: 'src/index.ts', file: 'src/file.ts' } });
