import { expect, test } from 'vitest';
import type { CheckpointState } from '@lin/train';
import { resumedPosition, totalSteps } from './resumed-position.js';

/** Stopped after the third batch of 8 of the second epoch, of 32 images: four steps an epoch. */
const state: CheckpointState = {
  position: { step: 7, data: { epoch: 1, batch: 3, image: 24, skipped: 0 } },
  seconds: 1,
  dataSeconds: 0,
  origin: { batchSize: '8' },
};
const size = { epochs: 3, stepsPerEpoch: 4, batchSize: 8, images: 32 };

test('a run that goes on with the same batches stands where it stood, with the steps that it had', () => {
  expect(resumedPosition(state, size)).toEqual(state.position);
  expect(totalSteps(state, size)).toBe(12);
});

test('with batches of half the size it stands at the same image: two are left of the epoch, eight of the next', () => {
  const half = { ...size, batchSize: 4, stepsPerEpoch: 8 };
  expect(resumedPosition(state, half)).toEqual({ step: 7, data: { epoch: 1, batch: 6, image: 24, skipped: 0 } });
  expect(totalSteps(state, half)).toBe(7 + 2 + 8);
});

test('with larger batches what is left of the epoch may be too little for one', () => {
  const large = { ...size, batchSize: 16, stepsPerEpoch: 2 };
  expect(resumedPosition(state, large).data.batch).toBe(1);
  expect(totalSteps(state, large)).toBe(7 + 0 + 2);
});

test('with fewer epochs than it has done nothing is left', () => {
  expect(totalSteps(state, { ...size, epochs: 1, batchSize: 4, stepsPerEpoch: 8 })).toBe(7);
});

test('a checkpoint that does not say its batches is taken to have had these', () => {
  const { position, seconds, dataSeconds } = state;
  const old = { position, seconds, dataSeconds };
  expect(resumedPosition(old, { batchSize: 4 })).toEqual(state.position);
  expect(totalSteps(old, size)).toBe(12);
});
