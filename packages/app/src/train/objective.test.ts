import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { DenseOperator } from '@lin/operator';
import { LOSSES, type DistillationScalars, type StepScalars } from '@lin/train';
import { configSchema } from '../config/schema.js';
import { buildObjective } from './objective.js';

const A = new DenseOperator({
  inputDim: 2,
  outputDim: 2,
  matrix: [
    [2, 0],
    [0, 1],
  ],
});
const model = { A, apply: (x: tf.Tensor) => A.apply(x as tf.Tensor2D) };
const x = tf.tensor2d([
  [1, 3],
  [2, -1],
]);
const targets = tf.tensor2d([
  [0.6, 0.8],
  [1, 0],
]);

/** What the objective of a config reports, as numbers. */
function reportedBy(linearizer: object): Record<string, number> {
  const objective = buildObjective(model, configSchema.parse({ linearizer }));
  return tf.tidy(() => {
    const reported = Object.entries(objective({ x, targets }) as StepScalars<DistillationScalars>);
    const valueOf = (scalar: tf.Scalar | (() => tf.Scalar)) => (typeof scalar === 'function' ? scalar() : scalar);
    return Object.fromEntries(reported.map(([name, scalar]) => [name, valueOf(scalar).dataSync()[0]!]));
  });
}

const valueOf = (name: keyof typeof LOSSES) => tf.tidy(() => LOSSES[name](model.apply(x), targets).dataSync()[0]!);

test('is the one loss by default', () => {
  expect(reportedBy({})).toEqual({ loss: valueOf('unit-mse'), cosine: expect.any(Number) });
  expect(reportedBy({ loss: 'huber' })['loss']).toBe(valueOf('huber'));
});

test('is the weighted sum of those that are listed, each reported by its name', () => {
  const objective = [{ loss: 'cosine' }, { loss: 'relational', weight: 0.5 }, { loss: 'orthogonality', weight: 0.01 }];
  const reported = reportedBy({ objective });
  expect(reported).toEqual({
    loss: expect.closeTo(valueOf('cosine') + 0.5 * valueOf('relational') + 0.01 * 4.5, 6),
    cosine: expect.closeTo(1 - valueOf('cosine'), 6),
    'loss.cosine': valueOf('cosine'),
    'loss.relational': valueOf('relational'),
    'loss.orthogonality': 4.5,
  });
});
