// A quick share of what checkpoint-fuzz.slow.test.ts does at length.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { readFromMemory } from '../../../../tools/fuzz/files-in-memory.js';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedCheckpoints, editedCheckpoints } from '../../test/checkpoint-fuzz.js';

beforeAll(() => readFromMemory());

const FILES = 500;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each([
  ['damaged', damagedCheckpoints],
  ['edited', editedCheckpoints],
])(`${FILES} %s checkpoints are loaded as they say, or refused with nothing assigned`, async (_, target) => {
  const { read, refused } = await runTarget(await target(), { seed: 7, count: FILES });
  expect(read + refused).toBe(FILES);
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(FILES / 2);
});
