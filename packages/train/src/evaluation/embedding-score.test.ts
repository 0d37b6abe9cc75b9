import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { EMBEDDING, toyBatch, toyInputs, toyModel } from '../../test/toy.js';
import { meanOfEmbeddings, scoreEmbeddings } from './embedding-score.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const unit = (a: number[]) => a.map((value) => value / Math.hypot(...a));
const rowsOf = (flat: ArrayLike<number>) =>
  Array.from({ length: flat.length / EMBEDDING }, (_, i) =>
    Array.from({ length: EMBEDDING }, (_, k) => flat[i * EMBEDDING + k]!),
  );

test('averages over images, not over batches, and agrees with float64 by hand', async () => {
  const model = toyModel();
  const batches = [toyBatch(0, 4), toyBatch(1, 1)]; // a small last batch must not count for more
  const meanEmbedding = Float32Array.from({ length: EMBEDDING }, (_, k) => 1 - k / 4);
  const before = tf.memory().numTensors;
  const result = await scoreEmbeddings({
    model,
    batches: (async function* () {
      yield* batches;
    })(),
    inputs: toyInputs,
    meanEmbedding,
  });
  expect(tf.memory().numTensors).toBe(before);

  const pairs = batches.flatMap((batch) => {
    const predictions = tf.tidy(() => rowsOf(model.apply(toyInputs(batch).x).dataSync()));
    return rowsOf(batch.targets).map((target, i) => ({ target, prediction: unit(predictions[i]!) }));
  });
  const mean = (value: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + value(pair), 0) / pairs.length;
  expect(result.cosine).toBeCloseTo(
    mean(({ prediction, target }) => dot(prediction, target)),
    5,
  );
  expect(result.mse).toBeCloseTo(
    mean(
      ({ prediction, target }) =>
        dot(
          prediction.map((p, i) => p - target[i]!),
          prediction.map((p, i) => p - target[i]!),
        ) / EMBEDDING,
    ),
    5,
  );
  expect(result.cosineOfMeanEmbedding).toBeCloseTo(
    mean(({ target }) => dot(unit([...meanEmbedding]), target)),
    5,
  );
  expect(result.mseOfZero).toBe(1 / EMBEDDING);
  model.dispose();
});

test('the mean embedding is taken coordinate by coordinate', () => {
  expect(meanOfEmbeddings(Float32Array.of(1, 10, 3, 20), 2)).toEqual(Float32Array.of(2, 15));
});
