// A quick share of the fuzzing that `npm run fuzz` does at length.
import { expect, test } from 'vitest';
import { runTarget } from '../../../tools/fuzz/run.js';
import { TARGETS } from '../fuzz/targets.js';

const FILES = 300;

test.each(TARGETS)(`${FILES} damaged files are read or refused, none is answered wrongly: $name`, async (target) => {
  const { read, refused } = await runTarget(target, { seed: 7, count: FILES });
  expect(read + refused).toBe(FILES);
  expect(read).toBeGreaterThan(FILES / 50); // else the target tests little
  expect(refused).toBeGreaterThan(FILES / 50);
});
