// 100,000 checkpoints of each kind of damage. LIN_TEST_SEED is another series.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedCheckpoints, editedCheckpoints } from '../../test/checkpoint-fuzz.js';

const FILES = 100_000;
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 11);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each([
  ['damaged', damagedCheckpoints],
  ['edited', editedCheckpoints],
])(
  `${FILES} %s checkpoints are loaded as they say, or refused with nothing assigned`,
  async (_, target) => {
    const { read, refused } = await runTarget(await target(), { seed: SEED, count: FILES });
    expect(read + refused).toBe(FILES);
    expect(read).toBeGreaterThan(FILES / 200);
    expect(refused).toBeGreaterThan(FILES / 2);
  },
  1_800_000,
);
