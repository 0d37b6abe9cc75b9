import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SafetensorsError } from '@lin/safetensors';
import {
  parametersOf,
  temporaryFolder,
  toyBatch,
  toyData,
  disposeOf,
  distillationOf,
  newSession,
  type Session,
  EMBEDDING,
  toyModel,
} from '../../test/toy.js';
import type { DistillationScalars } from '../objectives/distillation.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { START, type TrainingPosition } from './training-data.js';
import { TrainingDivergedError } from './training-diverged-error.js';
import { trainingSteps, type TrainingStep } from './training-steps.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type ToyStep = TrainingStep<DistillationScalars>;

/** Trains up to and with step `until` of 2 epochs of 4 steps. */
async function train(
  session: Session,
  { from = START, until = 8 }: { from?: TrainingPosition; until?: number } = {},
): Promise<ToyStep[]> {
  const steps: ToyStep[] = [];
  for await (const step of trainingSteps({
    ...distillationOf(session),
    data: toyData(4),
    epochs: 2,
    learningRate: (step) => 0.01 / (1 + step),
    position: from,
  })) {
    steps.push(step);
    if (step.step === until) break;
  }
  return steps;
}

describe('training', () => {
  test('visits every step of every epoch and says where the next one starts', async () => {
    const session = newSession();
    const steps = await train(session);
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 1],
      [6, 1],
      [7, 1],
      [8, 1],
    ]);
    expect(steps[2]!.next).toEqual({ step: 3, data: { epoch: 0, batch: 3 } });
    expect(steps[3]!.next).toEqual({ step: 4, data: { epoch: 1, batch: 0 } });
    expect(steps[5]!.learningRate).toBeCloseTo(0.01 / 6, 12);
    disposeOf(session);
  });

  test('reports the loss as it was before the update: 2(1 − cosine)/d', async () => {
    const session = newSession();
    for (const { scalars } of await train(session, { until: 3 })) {
      const { loss, cosine } = scalars;
      expect(loss).toBeCloseTo((2 * (1 - cosine)) / EMBEDDING, 5);
    }
    disposeOf(session);
  });

  test('learns', async () => {
    const session = newSession();
    const losses: number[] = [];
    const data = {
      stepsPerEpoch: 60,
      async *batches() {
        for (let i = 0; i < 60; i++) yield toyBatch(0);
      },
    };
    for await (const { scalars } of trainingSteps({
      ...distillationOf(session),
      data,
      epochs: 1,
      learningRate: () => 0.02,
    }))
      losses.push(scalars.loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 5);
    disposeOf(session);
  });

  test('leaves no tensors behind', async () => {
    const session = newSession();
    await train(session, { until: 1 });
    const before = tf.memory().numTensors;
    await train(session, { from: { step: 1, data: { epoch: 0, batch: 1 } } });
    expect(tf.memory().numTensors).toBe(before);
    disposeOf(session);
  });

  test('stops at a loss that is no number, with the parameters of the step before', async () => {
    const session = newSession();
    await train(session, { until: 2 });
    const before = parametersOf(session.model);
    const bad = { ...toyBatch(0), targets: new Float32Array(4 * EMBEDDING).fill(NaN) };
    const data = {
      stepsPerEpoch: 1,
      async *batches() {
        yield bad;
      },
    };
    const diverging = trainingSteps({ ...distillationOf(session), data, epochs: 1, learningRate: () => 0.1 });
    await expect(diverging.next()).rejects.toThrow(TrainingDivergedError);
    expect(parametersOf(session.model)).toEqual(before);
    disposeOf(session);
  });

  test('names its step, the keys of its batch, and what was last finite', async () => {
    const session = newSession();
    const keys = Float64Array.from({ length: 4 }, (_, i) => 100 + i);
    const data = {
      stepsPerEpoch: 3,
      async *batches() {
        for (const step of [1, 2, 3]) {
          const batch = { ...toyBatch(step), keys: keys.map((key) => key + 10 * step) };
          if (step === 3) batch.targets.fill(Infinity);
          yield batch;
        }
      },
    };
    const diverging = trainingSteps({ ...distillationOf(session), data, epochs: 1, learningRate: () => 0.001 });
    const { scalars } = (await diverging.next(), await diverging.next()).value!;
    const error = (await diverging.next().catch((reason: unknown) => reason)) as TrainingDivergedError;
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect(error).toMatchObject({ step: 3, quantity: 'loss', keys: [130, 131, 132, 133] });
    expect(error.lastFinite).toEqual({ step: 2, ...scalars, learningRate: 0.001 });
    expect(error.message).toMatch(
      // eslint-disable-next-line max-len -- the whole message
      /^Training diverged: the loss of step 3 is (NaN|Infinity)\. Keys of its batch: 130, 131, 132, 133\. Last finite: step 2, loss [\d.e-]+, cosine /,
    );
    disposeOf(session);
  });
});

describe('a checkpoint', () => {
  test('lets another process continue to the very same parameters', async () => {
    const whole = newSession();
    const expected = await train(whole);

    const path = join(await temporaryFolder(), 'checkpoints', 'latest.safetensors');
    const first = newSession();
    const done = await train(first, { until: 6 });
    await saveCheckpoint(path, { ...first, state: { position: done.at(-1)!.next, seconds: 1.5, dataSeconds: 0.25 } });

    const second = newSession(99);
    const state = await loadCheckpoint(path, second);
    expect(state).toEqual({
      position: { step: 6, data: { epoch: 1, batch: 2 } },
      seconds: 1.5,
      dataSeconds: 0.25,
    });
    const rest = await train(second, { from: state.position });

    expect(parametersOf(second.model)).toEqual(parametersOf(whole.model)); // bit for bit
    expect(rest.map(({ scalars }) => scalars)).toEqual(expected.slice(6).map(({ scalars }) => scalars));
    for (const session of [whole, first, second]) disposeOf(session);
  });

  test('gives its model alone, for evaluating', async () => {
    const path = join(await temporaryFolder(), 'c.safetensors');
    const trained = newSession();
    await train(trained, { until: 3 });
    await saveCheckpoint(path, { ...trained, state: { position: START, seconds: 0, dataSeconds: 0.25 } });
    const model = toyModel(5);
    await loadCheckpoint(path, { model });
    expect(parametersOf(model)).toEqual(parametersOf(trained.model));
    model.dispose();
    disposeOf(trained);
  });

  test('of another model, cut short, or missing is refused with nothing assigned', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'c.safetensors');
    const session = newSession();
    await saveCheckpoint(path, { ...session, state: { position: START, seconds: 0, dataSeconds: 0.25 } });
    const bytes = await readFile(path);
    await writeFile(join(folder, 'cut.safetensors'), bytes.subarray(0, bytes.length - 7));

    const other = newSession(7);
    const before = parametersOf(other.model);
    await expect(loadCheckpoint(join(folder, 'cut.safetensors'), other)).rejects.toThrow(SafetensorsError);
    await expect(loadCheckpoint(join(folder, 'none.safetensors'), other)).rejects.toThrow(
      /none\.safetensors cannot be read \(ENOENT\)/,
    );
    await other.model.save(join(folder, 'model.safetensors'));
    await expect(loadCheckpoint(join(folder, 'model.safetensors'), other)).rejects.toThrow(
      /is not a checkpoint of format lin\.checkpoint\.3/,
    );
    expect(parametersOf(other.model)).toEqual(before);
    disposeOf(session);
    disposeOf(other);
  });
});
