import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SafetensorsError } from '@lin/safetensors';
import { parametersOf, temporaryFolder, toyBatch, toyData, toyModel, EMBEDDING } from '../../test/toy.js';
import { Adam } from '../optimisers/adam.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { START, TrainingDivergedError, trainingSteps, type TrainingPosition, type TrainingStep } from './steps.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Session {
  model: ReturnType<typeof toyModel>;
  optimiser: Adam;
}

function newSession(seed?: number): Session {
  const model = toyModel(seed);
  return { model, optimiser: new Adam(model.namedVariables()) };
}

function dispose({ model, optimiser }: Session): void {
  model.dispose();
  optimiser.dispose();
}

/** Trains up to and with step `until` of 2 epochs of 4 steps. */
async function train(
  session: Session,
  { from = START, until = 8 }: { from?: TrainingPosition; until?: number } = {},
): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for await (const step of trainingSteps({
    ...session,
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
    expect(steps[2]!.next).toEqual({ epoch: 0, stepInEpoch: 3, step: 3, skipped: 0 });
    expect(steps[3]!.next).toEqual({ epoch: 1, stepInEpoch: 0, step: 4, skipped: 0 });
    expect(steps[5]!.learningRate).toBeCloseTo(0.01 / 6, 12);
    dispose(session);
  });

  test('reports the loss as it was before the update: 2(1 − cosine)/d', async () => {
    const session = newSession();
    for (const { loss, cosine } of await train(session, { until: 3 }))
      expect(loss).toBeCloseTo((2 * (1 - cosine)) / EMBEDDING, 5);
    dispose(session);
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
    for await (const { loss } of trainingSteps({ ...session, data, epochs: 1, learningRate: () => 0.02 }))
      losses.push(loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 5);
    dispose(session);
  });

  test('leaves no tensors behind', async () => {
    const session = newSession();
    await train(session, { until: 1 });
    const before = tf.memory().numTensors;
    await train(session, { from: { epoch: 0, stepInEpoch: 1, step: 1, skipped: 0 } });
    expect(tf.memory().numTensors).toBe(before);
    dispose(session);
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
    const diverging = trainingSteps({ ...session, data, epochs: 1, learningRate: () => 0.1 });
    await expect(diverging.next()).rejects.toThrow(TrainingDivergedError);
    expect(parametersOf(session.model)).toEqual(before);
    dispose(session);
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
      position: { epoch: 1, stepInEpoch: 2, step: 6, skipped: 0 },
      seconds: 1.5,
      dataSeconds: 0.25,
    });
    const rest = await train(second, { from: state.position });

    expect(parametersOf(second.model)).toEqual(parametersOf(whole.model)); // bit for bit
    expect(rest.map(({ loss }) => loss)).toEqual(expected.slice(6).map(({ loss }) => loss));
    for (const session of [whole, first, second]) dispose(session);
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
    dispose(trained);
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
      /is not a checkpoint of format lin\.checkpoint\.1/,
    );
    expect(parametersOf(other.model)).toEqual(before);
    dispose(session);
    dispose(other);
  });
});
