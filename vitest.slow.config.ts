// The slow gear: only the files named *.slow.test.ts, which soak, kill or fuzz at length.
import { env } from 'node:process';

env['LIN_TESTS'] = 'slow'; // read by tools/vitest.base.ts, before the projects' configurations are

export { default } from './vitest.config.js';
