// 100,000 damaged files of each kind. LIN_TEST_SEED is another series; a failure says the command that repeats it.
import { expect, test } from 'vitest';
import { runTarget } from '../../../tools/fuzz/run.js';
import { TARGETS } from '../fuzz/targets.js';

const FILES = 100_000;
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 11);

test.each(TARGETS)(
  `${FILES} damaged files are read or refused, none is answered wrongly: $name`,
  async (target) => {
    const { read, refused } = await runTarget(target, { seed: SEED, count: FILES });
    expect(read + refused).toBe(FILES);
    expect(read).toBeGreaterThan(FILES / 50);
    expect(refused).toBeGreaterThan(FILES / 50);
  },
  1_200_000,
);
