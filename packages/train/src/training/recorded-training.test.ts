import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import {
  EMBEDDING,
  parametersOf,
  temporaryFolder,
  toyBatch,
  toyData,
  disposeOf,
  distillationOf,
  newSession,
  type Session,
} from '../../test/toy.js';
import type { DistillationScalars } from '../objectives/distillation.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { START, type TrainingPosition } from './training-data.js';
import { TrainingDivergedError } from './training-diverged-error.js';
import { trainingSteps, type TrainingStep } from './training-steps.js';

const missing = await tensorFlowMissing();

type ToyStep = TrainingStep<DistillationScalars>;

async function train(
  session: Session,
  { recorded, from = START, until = 8 }: { recorded: boolean; from?: TrainingPosition; until?: number },
) {
  const steps: ToyStep[] = [];
  for await (const step of trainingSteps({
    ...distillationOf(session),
    recorded,
    data: toyData(4),
    epochs: 2,
    learningRate: () => 0.01,
    position: from,
  })) {
    steps.push(step);
    if (step.step === until) break;
  }
  return steps;
}

describe.skipIf(missing)(`training with a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test('has the numbers of training op by op, and leaves the parameters in the tf.Variables', async () => {
    const [recorded, eager] = [newSession(), newSession()];
    const before = tf.memory().numTensors;
    const [ours, theirs] = [await train(recorded, { recorded: true }), await train(eager, { recorded: false })];
    expect(tf.memory().numTensors).toBe(before);
    ours.forEach(({ scalars: { loss, cosine, gradientNorm } }, i) => {
      const expected = theirs[i]!.scalars;
      expect(loss / expected.loss).toBeCloseTo(1, 4); // rounding: fused ops sum in another order
      expect(cosine).toBeCloseTo(expected.cosine, 4);
      expect(gradientNorm / expected.gradientNorm).toBeCloseTo(1, 3);
    });
    const expected = parametersOf(eager.model);
    for (const [name, values] of Object.entries(parametersOf(recorded.model))) {
      // Adam's first steps have the sign of gradients near zero
      values.forEach((value, i) => expect(value).toBeCloseTo(expected[name]![i]!, 3));
    }
    expect(recorded.optimiser.step).toBe(8);
    disposeOf(recorded, eager);
  });

  test('continues from a checkpoint that was saved in the middle, to the same bits', async () => {
    const path = join(await temporaryFolder(), 'latest.safetensors');
    const whole = newSession();
    let losses: number[] = [];
    const training = trainingSteps({
      ...distillationOf(whole),
      data: toyData(4),
      epochs: 2,
      learningRate: () => 0.01,
    });
    for await (const step of training) {
      losses.push(step.scalars.loss);
      if (step.step === 5)
        await saveCheckpoint(path, {
          ...whole,
          training,
          state: { position: step.next, seconds: 1, dataSeconds: 0.25 },
        });
    }
    losses = losses.slice(5);
    const resumed = newSession(99);
    const { position } = await loadCheckpoint(path, resumed);
    expect(position.step).toBe(5);
    expect((await train(resumed, { recorded: true, from: position })).map(({ scalars }) => scalars.loss)).toEqual(
      losses,
    );
    expect(parametersOf(resumed.model)).toEqual(parametersOf(whole.model));
    disposeOf(whole, resumed);
  });

  test('does not let old parameters be read while it goes on', async () => {
    const session = newSession();
    const steps = trainingSteps({ ...distillationOf(session), data: toyData(4), epochs: 1, learningRate: () => 0.01 });
    await steps.next();
    expect(() => parametersOf(session.model)).toThrow(/on the device of a recorded step/);
    await steps.synchronise();
    expect(Object.values(parametersOf(session.model)).flat().every(Number.isFinite)).toBe(true);
    await steps.return();
    disposeOf(session);
  });

  test('goes on from parameters that were changed between two steps, as op by op', async () => {
    const [recorded, eager] = [newSession(), newSession()];
    for (const session of [recorded, eager]) {
      const steps = trainingSteps({
        ...distillationOf(session),
        recorded: session === recorded,
        data: toyData(4),
        epochs: 1,
        learningRate: () => 0.01,
      });
      const matrix = [...session.model.namedVariables().values()].find(({ rank }) => rank === 2)!;
      await steps.next();
      await steps.next();
      const halved = await steps.changing(async () => {
        const values = await matrix.data();
        tf.tidy(() => matrix.assign(tf.mul(matrix, 0.5)));
        return Float32Array.from(values as Float32Array, (value) => value / 2);
      });
      await steps.changing(async () => expect(await matrix.data()).toEqual(halved));
      const next = await steps.next();
      expect(next.value!.step).toBe(3);
      await steps.return();
      const moved = Array.from(matrix.dataSync(), (value, i) => Math.abs(value - halved[i]!));
      expect(Math.max(...moved)).toBeGreaterThan(0);
      expect(Math.max(...moved)).toBeLessThan(0.02); // Adam's step is about the learning rate
    }
    const expected = parametersOf(eager.model);
    for (const [name, values] of Object.entries(parametersOf(recorded.model)))
      values.forEach((value, i) => expect(value).toBeCloseTo(expected[name]![i]!, 3));
    disposeOf(recorded, eager);
  });

  test('stops at a loss that is no number, with the parameters of the step before', async () => {
    const session = newSession();
    await train(session, { recorded: true, until: 2 });
    const before = parametersOf(session.model);
    const bad = { ...toyBatch(0), targets: new Float32Array(4 * EMBEDDING).fill(NaN) };
    const good = toyBatch(0);
    const diverging = trainingSteps({
      ...distillationOf(session),
      data: {
        stepsPerEpoch: 2,
        async *batches() {
          yield good;
          yield bad;
        },
      },
      epochs: 1,
      learningRate: () => 0, // so that the good step changes nothing
    });
    await diverging.next();
    await expect(diverging.next()).rejects.toThrow(TrainingDivergedError);
    expect(parametersOf(session.model)).toEqual(before);
    disposeOf(session);
  });
});
