import { mergeConfig } from 'vitest/config';
import { project } from '../../tools/vitest.base.js';

export default mergeConfig(project('app'), {
  test: {
    globalSetup: ['./test/shared-folder.ts'],
    testTimeout: 300_000, // most train something, and the machine may be busy with other tests
    hookTimeout: 300_000,
  },
});
