import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { cosineSimilarity, l2Normalise } from './unit-sphere.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

test('rows are scaled to unit length', () => {
  tf.tidy(() => {
    const unit = values(
      l2Normalise(
        tf.tensor2d([
          [3, 4],
          [0, -2],
        ]),
      ),
    );
    [0.6, 0.8, 0, -1].forEach((value, i) => expect(unit[i]).toBeCloseTo(value, 6));
  });
});

test('the cosine is that of each pair of rows, whatever their lengths', () => {
  tf.tidy(() => {
    const cosines = values(
      cosineSimilarity(
        tf.tensor2d([
          [1, 0],
          [2, 2],
          [1, 1],
        ]),
        tf.tensor2d([
          [5, 0],
          [0, 3],
          [-1, -1],
        ]),
      ),
    );
    [1, Math.SQRT1_2, -1].forEach((value, i) => expect(cosines[i]).toBeCloseTo(value, 6));
  });
});
