import { library } from '../../tools/tsup.base.js';

export default library({ entry: ['src/main.ts'], dts: false });
