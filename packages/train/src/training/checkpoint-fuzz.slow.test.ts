// 100,000 checkpoints of each kind of damage. LIN_TEST_SEED is another series.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFromMemory } from '../../../../tools/fuzz/files-in-memory.js';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedCheckpoints, editedCheckpoints } from '../../test/checkpoint-fuzz.js';

beforeAll(() => readFromMemory());

const FILES = 100_000;
const AT_A_TIME = 10_000;
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 11);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each([
  ['damaged', damagedCheckpoints],
  ['edited', editedCheckpoints],
])('%s checkpoints are loaded as they say, or refused with nothing assigned', (_, target) => {
  test.each(Array.from({ length: FILES / AT_A_TIME }, (_, k) => k * AT_A_TIME))('from %i on', async (first) => {
    const { read, refused } = await runTarget(await target(), { seed: SEED, first, count: AT_A_TIME });
    expect(read + refused).toBe(AT_A_TIME);
    expect(read).toBeGreaterThan(AT_A_TIME / 200);
    expect(refused).toBeGreaterThan(AT_A_TIME / 2);
  });
});
