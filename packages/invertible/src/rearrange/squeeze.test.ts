import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { ShapeError, Squeeze } from '../index.js';

describe.each(backends)('a squeeze on %s', (backend) => {
  useBackend(backend);

  test('makes channels of each patch: its rows, then its columns, then its channels', () => {
    const layer = new Squeeze({ shape: [2, 4, 2] });
    const image = [
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
      [
        [11, 12],
        [13, 14],
        [15, 16],
        [17, 18],
      ],
    ];
    tf.tidy(() => {
      const y = layer.apply(tf.tensor4d([image]));
      expect(y.arraySync()).toEqual([
        [
          [
            [1, 2, 3, 4, 11, 12, 13, 14],
            [5, 6, 7, 8, 15, 16, 17, 18],
          ],
        ],
      ]);
      expect(layer.invert(y).arraySync()).toEqual([image]);
    });
  });

  test('turns 112×112×3 into 28×28×48 by a factor of 4, bit for bit', () => {
    const layer = new Squeeze({ shape: [112, 112, 3], factor: 4 });
    expect(layer.outputShape).toEqual([28, 28, 48]);
    tf.tidy(() => {
      const x = tf.reshape(tf.range(0, 37_632), [1, 112, 112, 3]);
      expect(tf.max(tf.abs(tf.sub(layer.invert(layer.apply(x)), x))).dataSync()[0]).toBe(0);
    });
  });
});

describe('mistakes with a squeeze', () => {
  test.each([
    [
      'an odd side',
      { shape: [3, 4, 1] },
      ShapeError,
      /shape \[3, 4, 1\] cannot be cut into 2×2 patches; expected \[height, width, channels\] with sides that are multiples of 2/,
    ],
    ['a side that is no multiple of the factor', { shape: [8, 6, 1], factor: 4 }, ShapeError, /4×4/],
    ['vectors', { shape: [8] }, ShapeError, /shape \[8\]/],
    ['an empty image', { shape: [0, 4, 1] }, ShapeError, /positive integers/],
    ['a factor of 1', { shape: [8, 8, 1], factor: 1 }, RangeError, /factor is 1: expected an integer of at least 2/],
  ])('%s', (_, options, type, message) => {
    expect(() => new Squeeze(options)).toThrow(type);
    expect(() => new Squeeze(options)).toThrow(message);
  });
});
