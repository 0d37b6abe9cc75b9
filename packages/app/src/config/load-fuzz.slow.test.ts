// 100,000 configurations of each kind. LIN_TEST_SEED is another series.
import { expect, test } from 'vitest';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedConfigs, drawnConfigs } from '../../test/config-fuzz.js';

const FILES = 100_000;
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 11);

test.each([drawnConfigs, damagedConfigs])(
  `each of ${FILES} files is read as what it says, or refused in one sentence: $name`,
  async (target) => {
    const { read, refused } = await runTarget(target, { seed: SEED, count: FILES });
    expect(read + refused).toBe(FILES);
    expect(read).toBeGreaterThan(FILES / 50);
    expect(refused).toBeGreaterThan(FILES / 50);
  },
  1_200_000,
);
