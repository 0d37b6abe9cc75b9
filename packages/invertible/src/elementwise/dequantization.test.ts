import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { bitsPerDimension, dequantize, quantize } from '../index.js';

describe.each(backends)('dequantisation on %s', (backend) => {
  useBackend(backend);

  test('is undone to the last level, for any number of bits and any noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 1e9 }), (bits, seed) => {
        tf.tidy(() => {
          const levels = tf.floor(tf.randomUniform([2000], 0, 2 ** bits, 'float32', 1));
          const x = dequantize(levels, { bits, seed });
          expect(tf.min(x).dataSync()[0]!).toBeGreaterThanOrEqual(0);
          expect(tf.max(x).dataSync()[0]!).toBeLessThan(1);
          expect(tf.max(tf.abs(tf.sub(quantize(x, { bits }), levels))).dataSync()[0]!).toBe(0);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('spreads each byte evenly over its 256th of [0, 1), the same for the same seed', () => {
    tf.tidy(() => {
      const bytes = tf.fill([20_000], 200);
      const x = dequantize(bytes, { seed: 3 });
      const u = tf.sub(tf.mul(x, 256), 200);
      const { mean, variance } = tf.moments(u);
      expect(Math.abs(mean.dataSync()[0]! - 0.5)).toBeLessThan(0.01); // standard error 0.002
      expect(Math.abs(variance.dataSync()[0]! - 1 / 12)).toBeLessThan(0.004);
      expect(dequantize(bytes, { seed: 3 }).arraySync()).toEqual(x.arraySync());
      expect(dequantize(bytes, { seed: 4 }).arraySync()).not.toEqual(x.arraySync());
    });
  });

  test('quantises what lies outside to the nearest level', () => {
    expect(tf.tidy(() => quantize(tf.tensor1d([-3, 0, 0.9999, 1, 7])).arraySync())).toEqual([0, 0, 255, 255, 255]);
  });

  test('scores uniform noise 8 bits a dimension, and a density of 2 everywhere one less', () => {
    const scores = tf.tidy(() => [
      ...bitsPerDimension(tf.tensor1d([0, 12 * Math.LN2]), { shape: [2, 2, 3] }).dataSync(),
    ]);
    expect(scores[0]).toBe(8);
    expect(scores[1]).toBeCloseTo(7, 5);
  });
});

describe('bits', () => {
  useBackend('cpu');

  test.each([0, 17, 7.5])('of %d are refused', (bits) => {
    tf.tidy(() => {
      const x = tf.zeros<tf.Rank.R1>([1]);
      for (const call of [
        () => dequantize(x, { bits, seed: 1 }),
        () => quantize(x, { bits }),
        () => bitsPerDimension(x, { bits, shape: [1] }),
      ]) {
        expect(call).toThrow(`bits is ${bits}: expected an integer from 1 to 16`);
      }
    });
  });
});
