// Each optimiser in the training loop: resumed from a checkpoint on disk, and recorded where TensorFlow is available.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import {
  disposeOf,
  distillationOf,
  newSession,
  parametersOf,
  temporaryFolder,
  toyData,
  type Session,
} from '../../test/toy.js';
import { OPTIMISERS, type OptimiserName } from '../optimisers/optimisers.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { START, type TrainingPosition } from './training-data.js';
import { trainingSteps } from './training-steps.js';

const NAMES = Object.keys(OPTIMISERS) as OptimiserName[];

const missing = await tensorFlowMissing();

interface TrainOptions {
  recorded?: boolean;
  from?: TrainingPosition;
  /** Writes a checkpoint there after the third step. */
  checkpoint?: string;
}

/** Six steps, or what is left of them; returns the losses. */
async function train(session: Session, { recorded = true, from = START, checkpoint }: TrainOptions = {}) {
  const losses: number[] = [];
  const training = trainingSteps({
    ...distillationOf(session),
    recorded,
    data: toyData(3),
    epochs: 2,
    learningRate: () => 0.003,
    position: from,
  });
  for await (const { step, scalars, next } of training) {
    losses.push(scalars.loss);
    if (step === 3 && checkpoint) {
      const state = { position: next, seconds: 1, dataSeconds: 0.25 };
      await saveCheckpoint(checkpoint, { ...session, training, state });
    }
  }
  return losses;
}

/** `whole` was trained, and wrote the checkpoint, with these losses. */
async function expectExactResume(whole: Session, name: OptimiserName, checkpoint: string, losses: number[]) {
  const resumed = newSession(99, name);
  const { position } = await loadCheckpoint(checkpoint, resumed);
  expect(resumed.optimiser.step).toBe(3);
  expect(await train(resumed, { from: position })).toEqual(losses.slice(3));
  expect(parametersOf(resumed.model)).toEqual(parametersOf(whole.model));
  disposeOf(resumed);
}

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  test.each(NAMES)('%s continues from a checkpoint to the same bits', async (name) => {
    const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
    const whole = newSession(1, name);
    await expectExactResume(whole, name, checkpoint, await train(whole, { checkpoint }));
    disposeOf(whole);
  });

  test('the checkpoint of another optimiser is refused', async () => {
    const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
    const [first, other] = [newSession(1, 'lion'), newSession(1, 'muon')];
    await train(first, { checkpoint });
    await expect(loadCheckpoint(checkpoint, other)).rejects.toThrow('was trained with lion, not with muon');
    disposeOf(first, other);
  });
});

describe.skipIf(missing)(`with a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test.each(NAMES)(
    '%s has the numbers of training op by op, leaves nothing behind, and continues from a checkpoint to the same bits',
    async (name) => {
      const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
      const [recorded, eager] = [newSession(1, name), newSession(1, name)];
      const before = tf.memory().numTensors;
      const [ours, theirs] = [await train(recorded, { checkpoint }), await train(eager, { recorded: false })];
      expect(tf.memory().numTensors).toBe(before);
      ours.forEach((loss, i) => expect(loss / theirs[i]!).toBeCloseTo(1, 3));
      const expected = parametersOf(eager.model);
      for (const [variable, values] of Object.entries(parametersOf(recorded.model)))
        values.forEach((value, i) => expect(value, variable).toBeCloseTo(expected[variable]![i]!, 3));
      expect(recorded.optimiser.step).toBe(6);
      disposeOf(eager);
      await expectExactResume(recorded, name, checkpoint, ours);
      disposeOf(recorded);
    },
  );
});
