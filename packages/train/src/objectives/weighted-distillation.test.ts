import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { disposeOf, distillationOf, newSession, parametersOf, toyData, type Session } from '../../test/toy.js';
import { arcFaceLoss } from '../losses/arcface.js';
import { LOSSES } from '../losses/losses.js';
import { orthogonality } from '../losses/orthogonality.js';
import type { Reported } from '../training/objective.js';
import { trainingSteps } from '../training/training-steps.js';
import { distillation, type DistillationInputs } from './distillation.js';
import { weightedDistillation, type LossTerm } from './weighted-distillation.js';

const missing = await tensorFlowMissing();

const objectiveOf = ({ model }: Session) =>
  weightedDistillation(model, {
    'unit-mse': { loss: LOSSES['unit-mse'], weight: 2 },
    relational: { loss: LOSSES.relational, weight: 0.5 },
    orthogonality: { loss: orthogonality(model.A.matrix), weight: 0.01 },
  });

/** Four steps; what each reports. */
async function train(session: Session, recorded: boolean) {
  const reported = [];
  for await (const { scalars } of trainingSteps({
    ...distillationOf(session),
    objective: objectiveOf(session),
    recorded,
    data: toyData(4),
    epochs: 1,
    learningRate: () => 0.01,
  }))
    reported.push(scalars);
  return reported;
}

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const model = { apply: (x: tf.Tensor) => tf.mul(x, 1) as tf.Tensor2D };
  const valueOf = (scalar: Reported) => (typeof scalar === 'function' ? scalar() : scalar).dataSync()[0];
  const inputs = (): DistillationInputs => ({
    x: tf.tensor2d([
      [1, 2, 0],
      [-1, 0.5, 3],
    ]),
    targets: tf.tensor2d([
      [0, 0.6, 0.8],
      [1, 0, 0],
    ]),
  });

  test('the loss is the weighted sum of the terms, and each is reported before its weight', () => {
    tf.tidy(() => {
      const { x, targets } = inputs();
      const scalars = weightedDistillation(model, {
        a: { loss: LOSSES.cosine, weight: 3 },
        b: { loss: LOSSES.huber, weight: -0.5 },
      })({ x, targets });
      const [a, b] = [LOSSES.cosine, LOSSES.huber].map((loss) => loss(x as tf.Tensor2D, targets).dataSync()[0]!);
      expect(valueOf(scalars['loss.a'])).toBe(a);
      expect(valueOf(scalars['loss.b'])).toBe(b);
      expect(scalars.loss.dataSync()[0]).toBeCloseTo(3 * a! - 0.5 * b!, 6);
      const alone = distillation(model, LOSSES.cosine)({ x, targets });
      expect(valueOf(scalars.cosine)).toBe(valueOf(alone.cosine));
    });
  });

  test('a term may be of labels: margin softmax beside distillation', () => {
    const classes = tf.tensor2d([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    const labels = tf.tensor1d([1, 0], 'int32');
    const { x, targets } = inputs();
    tf.tidy(() => {
      const objective = weightedDistillation<'cosine' | 'margin', DistillationInputs & { labels: tf.Tensor1D }>(model, {
        cosine: { loss: LOSSES.cosine, weight: 1 },
        margin: { lossOf: (embeddings, { labels }) => arcFaceLoss(embeddings, classes, labels), weight: 0.1 },
      });
      const expected = arcFaceLoss(x as tf.Tensor2D, classes, labels).dataSync()[0]!;
      expect(valueOf(objective({ x, targets, labels })['loss.margin'])).toBe(expected);
    });
  });

  test.each([
    [{}, 'weightedDistillation: there are no terms; expected at least one.'],
    [
      { cosine: { loss: LOSSES.cosine, weight: NaN } },
      'weightedDistillation: the weight of cosine is NaN; expected a finite number.',
    ],
  ])('refuses %o', (terms: Record<string, LossTerm>, message) => {
    expect(() => weightedDistillation(model, terms)).toThrow(new RangeError(message));
  });

  test('with one term of weight 1 trains as that loss alone, to the same bits', async () => {
    const [alone, weighted] = [newSession(), newSession()];
    const objective = weightedDistillation(weighted.model, { only: { loss: LOSSES['unit-mse'], weight: 1 } });
    const options = { data: toyData(4), epochs: 1, learningRate: () => 0.01 };
    const losses: number[][] = [[], []];
    for await (const { scalars } of trainingSteps({ ...distillationOf(alone), ...options }))
      losses[0]!.push(scalars.loss);
    for await (const { scalars } of trainingSteps({ ...distillationOf(weighted), objective, ...options }))
      losses[1]!.push(scalars.loss);
    expect(losses[1]).toEqual(losses[0]);
    expect(parametersOf(weighted.model)).toEqual(parametersOf(alone.model));
    disposeOf(alone, weighted);
  });

  test('training leaves no tensors behind', async () => {
    const session = newSession();
    await train(session, false);
    const before = tf.memory().numTensors;
    const reported = await train(session, false);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(reported[0]!)).toEqual([
      'loss',
      'cosine',
      'loss.unit-mse',
      'loss.relational',
      'loss.orthogonality',
      'gradientNorm',
    ]);
    disposeOf(session);
  });
});

describe.skipIf(missing)(`with a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test('has the terms of training op by op, and leaves nothing behind', async () => {
    const [recorded, eager] = [newSession(), newSession()];
    const before = tf.memory().numTensors;
    const [ours, theirs] = [await train(recorded, true), await train(eager, false)];
    expect(tf.memory().numTensors).toBe(before);
    ours.forEach((scalars, i) => {
      const expected = theirs[i]!;
      expect(Object.keys(scalars)).toEqual(Object.keys(expected));
      for (const [name, value] of Object.entries(scalars))
        expect(value, name).toBeCloseTo(expected[name as keyof typeof expected], 3);
    });
    disposeOf(recorded, eager);
  });
});
