// An install killed at moments all along its way; install.test.ts has three.
import { expect, test } from 'vitest';
import { expectWholeAfterKills } from '../../test/killed-installs.js';

test('an install killed every 25 ms of its way leaves no half library, and the next one installs', async () => {
  await expectWholeAfterKills(Array.from({ length: 36 }, (_, i) => i * 25));
  expect.hasAssertions();
});
