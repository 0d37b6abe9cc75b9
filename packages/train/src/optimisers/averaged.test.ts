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
import { loadCheckpoint, saveCheckpoint } from '../training/checkpoint.js';
import { START, type TrainingPosition } from '../training/training-data.js';
import { trainingSteps } from '../training/training-steps.js';
import { Averaged } from './averaged.js';
import { Sgd } from './sgd.js';

const missing = await tensorFlowMissing();

interface AveragedSession extends Session {
  optimiser: Averaged;
}

function averagedSession(seed?: number): AveragedSession {
  const { model, optimiser } = newSession(seed);
  return { model, optimiser: new Averaged(optimiser, { decay: 0.6 }) };
}

const averagesOf = ({ optimiser }: AveragedSession) =>
  Object.fromEntries([...optimiser.averages].map(([name, average]) => [name, Array.from(average.dataSync())]));

interface TrainOptions {
  recorded?: boolean;
  from?: TrainingPosition;
  checkpoint?: string;
}

async function train(session: AveragedSession, { recorded = true, from = START, checkpoint }: TrainOptions = {}) {
  const training = trainingSteps({
    ...distillationOf(session),
    recorded,
    data: toyData(3),
    epochs: 2,
    learningRate: () => 0.003,
    position: from,
  });
  for await (const { step, next } of training) {
    if (step !== 3 || !checkpoint) continue;
    const state = { position: next, seconds: 1, dataSeconds: 0.25 };
    await saveCheckpoint(checkpoint, { ...session, training, state });
  }
}

async function expectExactResume(): Promise<void> {
  const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
  const whole = averagedSession();
  await train(whole, { checkpoint });
  const resumed = averagedSession(99);
  const { position } = await loadCheckpoint(checkpoint, resumed);
  await train(resumed, { from: position });
  expect(averagesOf(resumed)).toEqual(averagesOf(whole));
  expect(parametersOf(resumed.model)).toEqual(parametersOf(whole.model));
  disposeOf(whole, resumed);
}

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  test.each([0, 0.5, 0.9])('averages are those of float64, with decay %d', (decay) => {
    const before = tf.memory().numTensors;
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
    const optimiser = new Averaged(new Sgd(new Map([['w', w]]), { momentum: 0, clipNorm: Infinity }), { decay });
    let [theta, average] = [
      [1, -2],
      [0, 0],
    ];
    for (let t = 1; t <= 12; t++) {
      const g = [Math.sin(t), Math.cos(2 * t)];
      tf.tidy(() => optimiser.applyGradients({ [w.name]: tf.tensor1d(g) }, tf.scalar(0.3)));
      theta = theta.map((value, i) => value - 0.3 * g[i]!);
      const d = Math.min(decay, (t - 1) / (t + 9));
      average = average.map((value, i) => d * value + (1 - d) * theta[i]!);
      optimiser.averages
        .get('w')!
        .dataSync()
        .forEach((value, i) => expect(value).toBeCloseTo(average[i]!, 5));
    }
    optimiser.exchange();
    w.dataSync().forEach((value, i) => expect(value).toBeCloseTo(average[i]!, 5));
    optimiser.exchange();
    w.dataSync().forEach((value, i) => expect(value).toBeCloseTo(theta[i]!, 5));
    optimiser.dispose();
    w.dispose();
    expect(tf.memory().numTensors).toBe(before + 12); // the norms, which are the caller's
  });

  test('the parameters train as without it, to the same bits', async () => {
    const [plain, averaged] = [newSession(), averagedSession()];
    const options = { data: toyData(3), epochs: 2, learningRate: () => 0.003 };
    await train(averaged);
    let steps = 0;
    for await (const { step } of trainingSteps({ ...distillationOf(plain), ...options })) steps = step;
    expect(steps).toBe(6);
    expect(parametersOf(averaged.model)).toEqual(parametersOf(plain.model));
    disposeOf(plain, averaged);
  });

  test('a gradient of NaN leaves the averages as they are', () => {
    const w = tf.variable(tf.tensor1d([1]));
    const optimiser = new Averaged(new Sgd(new Map([['w', w]])));
    const update = (g: number) =>
      tf.tidy(() => void optimiser.applyGradients({ [w.name]: tf.tensor1d([g]) }, tf.scalar(0.1)));
    update(1);
    const before = optimiser.averages.get('w')!.dataSync();
    update(NaN);
    expect(optimiser.averages.get('w')!.dataSync()).toEqual(before);
    optimiser.dispose();
    w.dispose();
  });

  test('continues from a checkpoint to the same bits', expectExactResume);

  test('are loaded as the weights of a model, where they are asked for', async () => {
    const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
    const session = averagedSession();
    await train(session, { checkpoint });
    await saveCheckpoint(checkpoint, { ...session, state: { position: START, seconds: 1, dataSeconds: 0 } });
    const [trained, averages] = [parametersOf(session.model), averagesOf(session)];
    const { model } = newSession(5);
    await loadCheckpoint(checkpoint, { model });
    expect(parametersOf(model)).toEqual(trained);
    await loadCheckpoint(checkpoint, { model, weights: 'averaged' });
    expect(parametersOf(model)).toEqual({ ...trained, ...averages });
    expect(averages).not.toEqual(trained);
    disposeOf(session);
    model.dispose();
  });

  test('before the first update the weights are those that are there', async () => {
    const checkpoint = join(await temporaryFolder(), 'latest.safetensors');
    const session = averagedSession();
    await saveCheckpoint(checkpoint, { ...session, state: { position: START, seconds: 0, dataSeconds: 0 } });
    const { model } = newSession(5);
    await loadCheckpoint(checkpoint, { model, weights: 'averaged' });
    expect(parametersOf(model)).toEqual(parametersOf(session.model));
    disposeOf(session);
    model.dispose();
  });

  test('before the first update nothing is exchanged', () => {
    const session = averagedSession();
    const before = parametersOf(session.model);
    session.optimiser.exchange();
    expect(parametersOf(session.model)).toEqual(before);
    disposeOf(session);
  });

  test.each([1, -0.1, NaN])('refuses a decay of %d', (decay) => {
    const sgd = new Sgd(new Map());
    expect(() => new Averaged(sgd, { decay })).toThrow(new RangeError(`decay is ${decay}; expected one in [0, 1).`));
    sgd.dispose();
  });
});

describe.skipIf(missing)(`with a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test('has the averages of training op by op', async () => {
    const [recorded, eager] = [averagedSession(), averagedSession()];
    await train(recorded);
    await train(eager, { recorded: false });
    const [ours, theirs] = [averagesOf(recorded), averagesOf(eager)];
    for (const [name, values] of Object.entries(theirs))
      values.forEach((value, i) => expect(ours[name]![i], name).toBeCloseTo(value, 3));
    expect(ours).not.toEqual(
      Object.fromEntries(Object.entries(parametersOf(recorded.model)).filter(([n]) => n in ours)),
    );
    disposeOf(recorded, eager);
  });

  test('continues from a checkpoint to the same bits', expectExactResume);
});
