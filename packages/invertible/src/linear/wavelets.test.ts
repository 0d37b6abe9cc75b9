// The Haar wavelet and the cosine transform against their sums written out, in float64.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { Dct, Flatten, HaarWavelet, ShapeError } from '../index.js';

/** y_k = √(2/n) σ_k Σ x_i cos(π (2i+1) k / 2n). */
const cosineSums = (x: number[]) =>
  x.map(
    (_, k) =>
      (k === 0 ? Math.SQRT1_2 : 1) *
      Math.sqrt(2 / x.length) *
      x.reduce((sum, xi, i) => sum + xi * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * x.length)), 0),
  );

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test('a cosine transform of a vector is the direct sum of cosines, of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        tf.tidy(() => {
          const x = normal([2, n], seed);
          const expected = (x.arraySync() as number[][]).flatMap(cosineSums);
          new Dct({ shape: [n] })
            .apply(x)
            .dataSync()
            .forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
        });
      }),
      { numRuns: 10 },
    );
  });

  test('a cosine transform of an image goes along columns and rows of every channel by itself', () => {
    tf.tidy(() => {
      const [h, w] = [4, 6];
      const x = normal([2, h, w, 3], 5);
      const y = new Dct({ shape: [h, w, 3] }).apply(x).arraySync() as number[][][][];
      const pixels = x.arraySync() as number[][][][];
      for (let sample = 0; sample < 2; sample++) {
        for (let channel = 0; channel < 3; channel++) {
          const rows = pixels[sample]!.map((row) => cosineSums(row.map((pixel) => pixel[channel]!)));
          const columns = Array.from({ length: w }, (_, j) => cosineSums(rows.map((row) => row[j]!)));
          columns.forEach((column, j) =>
            column.forEach((value, i) => expect(Math.abs(y[sample]![i]![j]![channel]! - value)).toBeLessThan(1e-5)),
          );
        }
      }
    });
  });

  test('a constant image has one cosine: √(h·w) times its value', () => {
    const y = tf.tidy(() => [...new Dct({ shape: [4, 4, 1] }).apply(tf.fill([1, 4, 4, 1], 3)).dataSync()]);
    y.forEach((value, i) => expect(Math.abs(value - (i === 0 ? 12 : 0))).toBeLessThan(1e-5));
  });

  test('a Haar wavelet takes each 2 × 2 patch to its mean and three details, bands one after the other', () => {
    tf.tidy(() => {
      // Channels 0 and 1 of the patch a b / c d.
      const x = tf.tensor4d([1, 10, 2, 20, 3, 30, 5, 50], [1, 2, 2, 2]);
      const of = (a: number, b: number, c: number, d: number) =>
        [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d].map((sum) => sum / 2);
      const [first, second] = [of(1, 2, 3, 5), of(10, 20, 30, 50)];
      expect([...new HaarWavelet({ shape: [2, 2, 2] }).apply(x).dataSync()]).toEqual(
        first.flatMap((value, i) => [value, second[i]]),
      );
    });
  });

  test.each([
    ['a Haar wavelet', () => new HaarWavelet({ shape: [4, 6, 3] })],
    ['a cosine transform', () => new Dct({ shape: [4, 6, 3] })],
  ])('%s keeps the length of every image', (_, make) => {
    tf.tidy(() => {
      const x = normal([3, 4, 6, 3], 2);
      const lengths = (images: tf.Tensor) => [...tf.norm(tf.reshape(images, [3, 72]), 'euclidean', 1).dataSync()];
      const expected = lengths(x);
      lengths(make().apply(x)).forEach((length, i) => expect(length / expected[i]!).toBeCloseTo(1, 5));
    });
  });

  test('a flattening keeps the order of elements', () => {
    expect(
      tf.tidy(() => new Flatten({ shape: [2, 1, 2] }).apply(tf.reshape(tf.range(0, 8), [2, 2, 1, 2])).arraySync()),
    ).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });
});

describe('shapes', () => {
  test.each([[[2, 3]], [[2, 2, 2, 2]], [[]], [[5000]], [[2, 5000, 1]]])('of [%s] have no cosine transform', (shape) => {
    expect(() => new Dct({ shape })).toThrow(ShapeError);
    expect(() => new Dct({ shape })).toThrow(
      `Dct: shape is [${shape.join(', ')}]; expected [n] or [height, width, channels]`,
    );
  });

  test('of odd sides have no Haar wavelet', () => {
    expect(() => new HaarWavelet({ shape: [3, 4, 1] })).toThrow(ShapeError);
  });
});
