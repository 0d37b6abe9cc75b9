import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { ActNorm, namedVariables, ShapeError, trainableVariables } from '../index.js';

/** Mean and variance of every channel, in float64. */
function moments(x: tf.Tensor): { mean: number; variance: number }[] {
  const channels = x.shape.at(-1)!;
  const values = [...x.dataSync()];
  return Array.from({ length: channels }, (_, c) => {
    const own = values.filter((_, i) => i % channels === c);
    const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
    return { mean, variance: own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length };
  });
}

describe.each(backends)('an actnorm on %s', (backend) => {
  useBackend(backend);

  test('is the identity before it is initialised', () => {
    const layer = new ActNorm({ shape: [2] });
    expect(tf.tidy(() => layer.apply(tf.tensor2d([[3, -4]])).arraySync())).toEqual([[3, -4]]);
    layer.dispose();
  });

  test('scales by exp(logScale), then shifts, each position of a channel alike', () => {
    const layer = new ActNorm({ shape: [1, 2, 2] });
    tf.tidy(() => {
      layer.logScale.assign(tf.tensor1d([Math.log(2), Math.log(3)]));
      layer.bias.assign(tf.tensor1d([1, -1]));
      const { y, logDet } = layer.applyWithLogDet(
        tf.tensor4d([
          [
            [
              [1, 1],
              [2, -2],
            ],
          ],
        ]),
      );
      [...y.dataSync()].forEach((value, i) => expect(value).toBeCloseTo([3, 2, 5, -7][i]!, 5));
      expect(logDet.dataSync()[0]).toBeCloseTo(2 * Math.log(6), 5); // two positions
    });
    layer.dispose();
  });

  test.each([
    ['vectors', [50, 3]],
    ['images', [4, 5, 3, 2]],
  ])('gives a batch of %s mean 0 and variance 1 in every channel once initialised', (_, shape) => {
    const layer = new ActNorm({ shape: shape.slice(1) });
    tf.tidy(() => {
      const channels = shape.at(-1)!;
      const x = tf.add(tf.mul(normal(shape, 1), tf.range(1, channels + 1)), tf.mul(10, tf.range(0, channels)));
      layer.initialize(x);
      for (const { mean, variance } of moments(layer.apply(x))) {
        expect(mean).toBeCloseTo(0, 4);
        expect(variance).toBeCloseTo(1, 4);
      }
    });
    layer.dispose();
  });

  test('scales a flat channel as if its standard deviation were 0.05', () => {
    const layer = new ActNorm({ shape: [2] });
    tf.tidy(() => {
      layer.initialize(
        tf.tensor2d([
          [7, -1],
          [7, 1],
        ]),
      );
      expect(
        layer
          .apply(
            tf.tensor2d([
              [7, 0],
              [7.05, 1],
            ]),
          )
          .dataSync()[0],
      ).toBeCloseTo(0, 4);
      expect(Math.exp(layer.logScale.dataSync()[0]!)).toBeCloseTo(20, 3);
    });
    layer.dispose();
  });

  test('is finite when initialised on one image, whose positions vary', () => {
    const layer = new ActNorm({ shape: [1, 2, 3] });
    const y = tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 1, 2, 4], [1, 1, 2, 3]);
      layer.initialize(x);
      return [...layer.apply(x).dataSync()];
    });
    [0, 0, -1, 0, 0, 1].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 4));
    layer.dispose();
  });

  test.each<[string, () => tf.Tensor, new (...args: never[]) => Error, string]>([
    [
      'one NaN among 100 values',
      () => tf.concat([normal([99, 2], 1), tf.tensor2d([[0, NaN]])]),
      RangeError,
      'ActNorm.initialize: channel 1 has mean NaN and variance NaN; expected finite numbers.',
    ],
    ['infinity', () => tf.tensor2d([[Infinity, 1], [0, 2]]), RangeError, 'channel 0 has mean Infinity'], // prettier-ignore
    [
      'numbers whose squares leave float32',
      () =>
        tf.tensor2d([
          [1e20, 1],
          [3e20, 2],
        ]),
      RangeError,
      'and variance Infinity',
    ],
    [
      'an empty batch',
      () => tf.zeros([0, 2]),
      ShapeError,
      'a batch of shape [0, 2] has 0 values of each channel; expected at least 2',
    ],
    [
      'a single row',
      () => tf.tensor2d([[5, -7]]),
      ShapeError,
      'a batch of shape [1, 2] has 1 value of each channel; expected at least 2',
    ],
  ])('refuses to be initialised from %s, and stays uninitialised', (_, make, type, message) => {
    const layer = new ActNorm({ shape: [2] });
    tf.tidy(() => {
      const x = make();
      expect(() => layer.initialize(x)).toThrow(type);
      expect(() => layer.initialize(x)).toThrow(message);
      expect([...layer.logScale.dataSync(), ...layer.bias.dataSync(), ...layer.initialized.dataSync()]).toEqual([
        0, 0, 0, 0, 0,
      ]);
      layer.initialize(normal([8, 2], 1));
      expect(layer.initialized.dataSync()[0]).toBe(1);
    });
    layer.dispose();
  });
});

describe('the initialisation of an actnorm', () => {
  useBackend('cpu');

  test('is refused the second time', () => {
    const layer = new ActNorm({ shape: [2] });
    tf.tidy(() => {
      layer.initialize(normal([8, 2], 1));
      const [scale] = layer.logScale.dataSync();
      expect(() => layer.initialize(normal([8, 2], 2))).toThrow(
        'ActNorm.initialize: this layer is initialised already',
      );
      expect(layer.logScale.dataSync()[0]).toBe(scale);
    });
    layer.dispose();
  });

  test('is remembered by a variable that is saved but not trained: loaded parameters are not overwritten', () => {
    const layer = new ActNorm({ shape: [2] });
    expect([...namedVariables(layer).keys()]).toEqual(['logScale', 'bias', 'initialized']);
    expect([...trainableVariables(layer).keys()]).toEqual(['logScale', 'bias']);
    tf.tidy(() => {
      layer.initialized.assign(tf.scalar(1)); // as a checkpoint does
      expect(() => layer.initialize(normal([8, 2], 1))).toThrow('initialised already');
    });
    layer.dispose();
  });

  test('takes batches of its own shape only', () => {
    const layer = new ActNorm({ shape: [4, 4, 3] });
    tf.tidy(() => {
      expect(() => layer.initialize(tf.zeros([2, 4, 4, 1]))).toThrow(ShapeError);
      expect(() => layer.initialize(tf.zeros([2, 4, 4, 1]))).toThrow(/\[B, 4, 4, 3\].*\[2, 4, 4, 1\]/);
    });
    layer.dispose();
  });

  test.each([
    ['no axes', [], /shape \[\] must end in at least 1 channel\./],
    ['no channels', [4, 0], /shape \[4, 0\] must consist of positive integers/],
    ['half a channel', [1.5], /shape \[1.5\] must consist of positive integers/],
  ])('%s is no shape', (_, shape, message) => {
    expect(() => new ActNorm({ shape })).toThrow(ShapeError);
    expect(() => new ActNorm({ shape })).toThrow(message);
  });
});
