import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { convolutionalCoupling, mlpCoupling } from '../../test/bijections.js';
import { heat, normal } from '../../test/hot.js';
import {
  AffineCoupling,
  Convolutional,
  Mlp,
  ShapeError,
  type AffineCouplingOptions,
  type Conditioner,
} from '../index.js';

/** A conditioner that gives the same h and t for every sample. */
const constant = (outputs: number[]): Conditioner => ({
  apply: (x) => tf.tile(tf.tensor2d([outputs]), [x.shape[0]!, 1]),
  dispose: () => {},
});

const coupling = (options: Partial<AffineCouplingOptions>) =>
  new AffineCoupling({ shape: [4], transforms: 'second', conditioner: () => constant([0, 0, 0, 0]), ...options });

describe.each(backends)('an affine coupling on %s', (backend) => {
  useBackend(backend);

  test.each(['second', 'first'] as const)(
    'maps the %s half to x ⊙ exp(c·tanh(h/c)) + t and lets the other pass',
    (transforms) => {
      const [c, h, t] = [0.5, [2, -0.3], [1, -4]];
      const layer = coupling({ transforms, maxLogScale: c, conditioner: () => constant([...h, ...t]) });
      const x = [1, -2, 3, 0.5];
      const [there, back, logDet] = tf.tidy(() => {
        const { y, logDet } = layer.applyWithLogDet(tf.tensor2d([x]));
        return [y.dataSync(), layer.invert(y).dataSync(), logDet.dataSync()];
      });
      const s = h.map((value) => c * Math.tanh(value / c));
      const [from, passing] = transforms === 'second' ? [2, 0] : [0, 2];
      [0, 1].forEach((i) => {
        expect(there[from + i]).toBeCloseTo(x[from + i]! * Math.exp(s[i]!) + t[i]!, 5);
        expect(there[passing + i]).toBe(x[passing + i]);
      });
      expect(logDet[0]).toBeCloseTo(s[0]! + s[1]!, 5);
      x.forEach((value, i) => expect(back[i]).toBeCloseTo(value, 5));
    },
  );

  test('never scales by more than exp(c), and still has a gradient where it nearly does', () => {
    const c = 0.5;
    for (const h of [1e6, -1e6]) {
      const layer = coupling({ maxLogScale: c, conditioner: () => constant([h, h, 0, 0]) });
      const [y, logDet] = tf.tidy(() => {
        const mapped = layer.applyWithLogDet(tf.ones([1, 4]));
        return [mapped.y.dataSync()[2]!, mapped.logDet.dataSync()[0]!];
      });
      expect(y).toBeCloseTo(Math.exp(Math.sign(h) * c), 5);
      expect(Math.abs(logDet)).toBeLessThanOrEqual(2 * c + 1e-6);
    }
    const slope = tf.tidy(() => {
      const ofH = (h: tf.Tensor) =>
        coupling({
          maxLogScale: c,
          conditioner: () => ({ apply: () => tf.concat([h, h, h, h], 1), dispose: () => {} }),
        }).applyWithLogDet(tf.ones([1, 4])).logDet;
      return tf
        .grad((h: tf.Tensor) => tf.sum(ofH(h)))(tf.tensor2d([[1.5]]))
        .dataSync()[0]!;
    });
    expect(slope).toBeCloseTo(2 * (1 - Math.tanh(3) ** 2), 4); // 0.0197; a clamp at ±0.5 has none
  });

  test.each([
    ['vectors', () => mlpCoupling([7], 'second', 1)],
    ['images', () => convolutionalCoupling([4, 4, 3], 'first', 1)],
  ])('of %s is the identity when it is new', (_, make) => {
    const layer = make();
    tf.tidy(() => {
      const x = normal([3, ...layer.inputShape], 5);
      const { y, logDet } = layer.applyWithLogDet(x);
      expect(y.arraySync()).toEqual(x.arraySync());
      expect([...logDet.dataSync()].map(Math.abs)).toEqual([0, 0, 0]);
    });
    layer.dispose();
  });
});

describe('the halves of an affine coupling', () => {
  useBackend('cpu');

  test.each([
    [5, 'second', 3, 4],
    [5, 'first', 2, 6],
    [2, 'second', 1, 2],
    [6, 'first', 3, 6],
  ] as const)(
    'of %d channels: the conditioner of the %s half takes %d and gives %d',
    (channels, transforms, inputs, outputs) => {
      const asked: number[][] = [];
      coupling({
        shape: [channels],
        transforms,
        conditioner: (...sizes) => {
          asked.push(sizes);
          return constant([]);
        },
      });
      expect(asked).toEqual([[inputs, outputs]]);
    },
  );

  test('a hot coupling leaves the passing half as it is, to the bit, both ways', () => {
    const layer = heat(mlpCoupling([6], 'second', 1), 3);
    tf.tidy(() => {
      const x = normal([4, 6], 1);
      const half = (t: tf.Tensor) => tf.slice(t, [0, 0], [-1, 3]).arraySync();
      expect(half(layer.apply(x))).toEqual(half(x));
      expect(half(layer.invert(x))).toEqual(half(x));
      expect(tf.slice(layer.apply(x), [0, 3]).arraySync()).not.toEqual(tf.slice(x, [0, 3]).arraySync());
    });
    layer.dispose();
  });
});

describe('mistakes with a coupling', () => {
  useBackend('cpu');

  test.each<[string, Partial<AffineCouplingOptions>, new (...args: never[]) => Error, RegExp]>([
    [
      'one channel',
      { shape: [8, 8, 1] },
      ShapeError,
      /AffineCoupling: shape \[8, 8, 1\] must end in at least 2 channels/,
    ],
    ['no shape', { shape: [] }, ShapeError, /shape \[\]/],
    ['a bound of 0', { maxLogScale: 0 }, RangeError, /maxLogScale is 0: expected a finite number above 0/],
    ['a negative bound', { maxLogScale: -1 }, RangeError, /maxLogScale is -1/],
    ['a bound of NaN', { maxLogScale: NaN }, RangeError, /maxLogScale is NaN/],
    ['no bound at all', { maxLogScale: Infinity }, RangeError, /maxLogScale is Infinity/],
  ])('%s', (_, options, type, message) => {
    expect(() => coupling(options)).toThrow(type);
    expect(() => coupling(options)).toThrow(message);
  });

  test.each<[string, () => Partial<AffineCouplingOptions>, number[], RegExp]>([
    [
      'a conditioner with too few outputs, which would be broadcast',
      () => ({ conditioner: () => constant([1, 1]) }),
      [3, 4],
      /conditioner: .*\[B, 4\].*\[3, 2\]/,
    ],
    [
      'a perceptron for images',
      () => ({
        shape: [2, 2, 4],
        conditioner: (inputDim, outputDim) => new Mlp({ inputDim, outputDim, hiddenDim: 4, numLayers: 2, seed: 1 }),
      }),
      [3, 2, 2, 4],
      /Mlp: .*\[B, 2\].*\[3, 2, 2, 2\]/,
    ],
    [
      'convolutions for sequences, which would mix the rows of a batch',
      () => ({
        shape: [6, 4],
        conditioner: (inputChannels, outputChannels) =>
          new Convolutional({ inputChannels, outputChannels, hiddenDim: 4, seed: 1 }),
      }),
      [3, 6, 4],
      /Convolutional: .*\[B, height, width, 2\].*\[3, 6, 2\]/,
    ],
  ])('%s', (_, options, shape, message) => {
    const layer = coupling(options());
    expect(() => tf.tidy(() => layer.apply(tf.zeros(shape)))).toThrow(ShapeError);
    expect(() => tf.tidy(() => layer.apply(tf.zeros(shape)))).toThrow(message);
    layer.dispose();
  });
});
