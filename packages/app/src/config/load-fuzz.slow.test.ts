// 100,000 configurations of each kind. LIN_TEST_SEED is another series.
import { beforeAll, describe, expect, test } from 'vitest';
import { readFromMemory } from '../../../../tools/fuzz/files-in-memory.js';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedConfigs, drawnConfigs } from '../../test/config-fuzz.js';

beforeAll(() => readFromMemory());

const FILES = 100_000;
const AT_A_TIME = 10_000;
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 11);

describe.each([drawnConfigs, damagedConfigs])(
  'each file is read as what it says, or refused in one sentence: $name',
  (target) => {
    test.each(Array.from({ length: FILES / AT_A_TIME }, (_, k) => k * AT_A_TIME))('from %i on', async (first) => {
      const { read, refused } = await runTarget(target, { seed: SEED, first, count: AT_A_TIME });
      expect(read + refused).toBe(AT_A_TIME);
      expect(read).toBeGreaterThan(AT_A_TIME / 50);
      expect(refused).toBeGreaterThan(AT_A_TIME / 50);
    });
  },
);
