import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { ImageFlow } from '@lin/invertible';
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
const gx = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 2, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] });
const model = { A, gx, apply: (x: tf.Tensor) => A.apply(x as tf.Tensor2D) };
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

test('has terms of the flow from images to z, which see the images alone', () => {
  const images = tf.randomUniform([4, 16, 16, 1], -1, 1, 'float32', 1);
  const embeddings = { ...model, apply: () => tf.tensor2d([[1, 0], [0, 1], [1, 0], [0, 1]]) }; // prettier-ignore
  const objective = [
    { loss: 'cosine' },
    { loss: 'negative-log-likelihood', weight: 0.1 },
    { loss: 'bi-lipschitz', weight: 0.2 },
  ];
  const ofConfig = buildObjective(embeddings, configSchema.parse({ linearizer: { objective } }));
  tf.tidy(() => {
    const scalars = ofConfig({ x: images, targets: embeddings.apply() }) as Record<string, tf.Scalar>;
    const numberOf = (name: string) => scalars[name]!.dataSync()[0]!;
    // A fresh flow keeps lengths, so z is as long as x: normal densities of uniform pixels, whose mean square is known.
    const nats = tf.mean(tf.square(images)).dataSync()[0]! / 2 + Math.log(2 * Math.PI) / 2;
    expect(numberOf('loss.negative-log-likelihood')).toBeCloseTo(nats, 5);
    expect(numberOf('loss.bi-lipschitz')).toBeLessThan(1e-8);
    expect(numberOf('loss')).toBeCloseTo(0.1 * nats, 5);
  });
  images.dispose();
});

test('terms of a flow are refused beside the CNN encoder, in one sentence', () => {
  const parsed = configSchema.safeParse({
    linearizer: { gx: 'encoder', objective: [{ loss: 'cosine' }, { loss: 'bi-lipschitz' }] },
  });
  expect(parsed.error!.issues[0]!.message).toBe(
    'expected linearizer.gx: image-flow beside bi-lipschitz, which is of its flow',
  );
});
