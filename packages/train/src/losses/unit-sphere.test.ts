import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { cosineSimilarity, l2Normalise, unitMeanSquaredError } from './unit-sphere.js';

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

test('the error of unit vectors is 2(1 − cosine)/d, and 1/d for the zero prediction', () => {
  tf.tidy(() => {
    const target = tf.tensor2d([[1, 0, 0, 0]]);
    expect(values(unitMeanSquaredError(tf.tensor2d([[1, Math.sqrt(3), 0, 0]]), target))[0]).toBeCloseTo(
      (2 * (1 - 0.5)) / 4,
      6,
    );
    expect(values(unitMeanSquaredError(tf.zeros([1, 4]), target))[0]).toBeCloseTo(1 / 4, 6);
  });
});

test('the gradient at the zero vector is finite', () => {
  tf.tidy(() => {
    const target = tf.tensor2d([[1, 0]]);
    const gradient = tf.grad((x: tf.Tensor) => unitMeanSquaredError(x as tf.Tensor2D, target))(tf.zeros([1, 2]));
    expect(values(gradient).every(Number.isFinite)).toBe(true);
  });
});
