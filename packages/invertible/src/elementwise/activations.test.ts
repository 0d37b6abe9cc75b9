import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { ElementwiseAffine, LeakyRelu, Logit, ShapeError, Sigmoid, Softplus, Tanh, type Invertible } from '../index.js';

const xs = [-90, -20, -5, -1, -1e-3, 0, 1e-3, 1, 5, 20, 90];
const shape = [xs.length];
const sigma = (x: number) => 1 / (1 + Math.exp(-x));

/** Name, transform, y and log dy/dx in float64. */
const functions: [string, () => Invertible, (x: number) => number, (x: number) => number][] = [
  [
    'a leaky ReLU',
    () => new LeakyRelu({ shape, slope: 0.2 }),
    (x) => (x < 0 ? 0.2 * x : x),
    (x) => (x > 0 ? 0 : Math.log(0.2)),
  ],
  ['a softplus', () => new Softplus({ shape }), (x) => Math.log1p(Math.exp(x)), (x) => -Math.log1p(Math.exp(-x))],
  ['a sigmoid', () => new Sigmoid({ shape }), sigma, (x) => -Math.abs(x) - 2 * Math.log1p(Math.exp(-Math.abs(x)))],
  [
    'a hyperbolic tangent',
    () => new Tanh({ shape }),
    Math.tanh,
    (x) => Math.log(4) - 2 * Math.abs(x) - 2 * Math.log1p(Math.exp(-2 * Math.abs(x))),
  ],
];

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test.each(functions)(
    '%s and the sum of its log-slopes are right from −90 to 90, where float32 has flat ends',
    (_, make, y, logSlope) => {
      const layer = make();
      tf.tidy(() => {
        const { y: got, logDet } = layer.applyWithLogDet(tf.tensor2d([xs]));
        // wasm's tanh and sigmoid are right to some 1e-6.
        got
          .dataSync()
          .forEach((value, i) =>
            expect(Math.abs(value - y(xs[i]!))).toBeLessThan(3e-6 * Math.max(1, Math.abs(xs[i]!))),
          );
        const expected = xs.reduce((sum, x) => sum + logSlope(x), 0);
        expect(Math.abs(logDet.dataSync()[0]! - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      });
    },
  );

  test.each([
    [
      'softplus',
      () => new Softplus({ shape: [1] }),
      [1e-6, 1e-3, 0.5, 3, 80],
      (y: number) => y + Math.log(-Math.expm1(-y)),
    ],
    ['sigmoid', () => new Sigmoid({ shape: [1] }), [1e-6, 1e-3, 0.5, 0.75], (y: number) => Math.log(y / (1 - y))],
    ['tanh', () => new Tanh({ shape: [1] }), [-0.75, -1e-6, 1e-3, 0.5], Math.atanh],
  ])('the inverse of %s keeps its digits where its argument is small', (_, make, ys, inverse) => {
    const layer = make();
    tf.tidy(() => {
      const x = layer.invert(tf.tensor2d(ys, [ys.length, 1])).dataSync();
      ys.forEach((y, i) => {
        const expected = inverse(Math.fround(y));
        expect(Math.abs(x[i]! - expected)).toBeLessThan(2e-6 * Math.abs(expected) + 1e-7); // wasm's log1p rounds 1 + y first
      });
    });
  });

  test('a logit maps pixels of 0 and 1 to log α/(1 − α) and its opposite, and back', () => {
    const layer = new Logit({ shape: [3], alpha: 0.05 });
    tf.tidy(() => {
      const y = layer.apply(tf.tensor2d([[0, 0.5, 1]]));
      [-Math.log(19), 0, Math.log(19)].forEach((expected, i) => expect(y.dataSync()[i]!).toBeCloseTo(expected, 5));
      [0, 0.5, 1].forEach((expected, i) => expect(layer.invert(y).dataSync()[i]!).toBeCloseTo(expected, 6));
    });
  });

  test('an inverse outside of its range is NaN or infinite, never a number', () => {
    tf.tidy(() => {
      const [one, minusOne] = [tf.ones([1, 1]), tf.neg(tf.ones([1, 1]))];
      const outside = [
        new Softplus({ shape: [1] }).invert(minusOne),
        new Sigmoid({ shape: [1] }).invert(minusOne),
        new Tanh({ shape: [1] }).invert(one),
      ];
      for (const x of outside) expect(Number.isFinite(x.dataSync()[0]!)).toBe(false);
    });
  });
});

describe('options of element-wise transforms', () => {
  useBackend('cpu');

  test.each([0, -1, Infinity, NaN])('a slope of %d is refused', (slope) => {
    expect(() => new LeakyRelu({ shape: [2], slope })).toThrow(`slope is ${slope}: expected a finite number above 0`);
  });

  test.each([-0.1, 0.5, NaN])('an alpha of %d is refused', (alpha) => {
    expect(() => new Logit({ shape: [2], alpha })).toThrow(`alpha is ${alpha}: expected a number from 0 to below 0.5`);
  });

  test('a bound of 0 is refused', () => {
    expect(() => new ElementwiseAffine({ shape: [2], maxLogScale: 0 })).toThrow('maxLogScale is 0');
  });

  test.each([[[0]], [[2, 1.5]]])('a shape of [%s] is refused', (shape) => {
    for (const make of [() => new Tanh({ shape }), () => new ElementwiseAffine({ shape }), () => new Logit({ shape })])
      expect(make).toThrow(ShapeError);
  });

  test('an element-wise affine map never scales by more than its bound', () => {
    const layer = new ElementwiseAffine({ shape: [2], maxLogScale: 0.5 });
    tf.tidy(() => {
      layer.logScale.assign(tf.tensor1d([1e6, -1e6]));
      const y = layer.apply(tf.ones([1, 2])).dataSync();
      expect(y[0]!).toBeCloseTo(Math.exp(0.5), 5);
      expect(y[1]!).toBeCloseTo(Math.exp(-0.5), 5);
    });
    layer.dispose();
  });
});
