import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { unitMeanSquaredError } from './unit-mse.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

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
