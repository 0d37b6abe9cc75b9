import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { spline } from '../../test/float64-flow.js';
import { splineTransform, type SplineTransformOptions } from '../index.js';

const BINS = 8;
const BOUND = 5;

/** x of 200 elements in float64, each with a spline of its own, whose raw parameters have the given deviation. */
function splines(spread: number) {
  const x = Array.from(tf.tidy(() => normal([200], 1, 2).dataSync()));
  const parameters = Array.from({ length: 200 }, (_, i) =>
    Array.from(tf.tidy(() => normal([3 * BINS - 1], 10 + i, spread).dataSync())),
  );
  const inputs = () => [tf.tensor2d(x, [200, 1]), tf.tensor2d(parameters)] as const;
  return { x, parameters, inputs };
}

describe.each(backends)('a spline on %s', (backend) => {
  useBackend(backend);

  test.each([0.3, 1, 2])('follows eq. 4 and 5 in float64, parameters of deviation %d', (spread) => {
    const { x, parameters, inputs } = splines(spread);
    const [y, slopes] = tf.tidy(() => {
      const { y, logDerivative } = splineTransform().applyWithLogDerivative(...inputs());
      return [y.dataSync(), logDerivative.dataSync()];
    });
    x.forEach((value, i) => {
      const expected = spline(BINS, BOUND)(value, parameters[i]!);
      // Rounding x of below 8 by 5e-7 moves y by that times the slope.
      expect(Math.abs(y[i]! - expected.y)).toBeLessThan(5e-6 * (1 + Math.exp(expected.logDerivative)));
      expect(Math.abs(slopes[i]! - expected.logDerivative)).toBeLessThan(2e-3);
    });
  });

  test.each([0.3, 1, 2])('inverts as bisection in float64 does, parameters of deviation %d', (spread) => {
    const { x: y, parameters, inputs } = splines(spread);
    const x = tf.tidy(() =>
      splineTransform()
        .invertWithLogDerivative(...inputs())
        .x.dataSync(),
    );
    y.forEach((value, i) => {
      let [low, high] = [-10, 10];
      const map = (at: number) => spline(BINS, BOUND)(at, parameters[i]!);
      for (let step = 0; step < 60; step++) {
        const middle = (low + high) / 2;
        if (map(middle).y < value) low = middle;
        else high = middle;
      }
      // A knot is a sum of up to eight widths or heights, each rounded by up to 5e-7.
      expect(Math.abs(x[i]! - low)).toBeLessThan(5e-6 * (1 + Math.exp(-map(low).logDerivative)));
    });
  });

  test('increases, joins its tails at ±bound, and is the identity beyond', () => {
    tf.tidy(() => {
      const x = tf.reshape(tf.linspace(-6, 6, 2001), [2001, 1]);
      const parameters = tf.tile(normal([1, 3 * BINS - 1], 4, 2), [2001, 1]);
      const { y, logDerivative } = splineTransform().applyWithLogDerivative(x, parameters);
      const [from, to] = [x.dataSync(), y.dataSync()];
      for (let i = 1; i < to.length; i++) expect(to[i]).toBeGreaterThan(to[i - 1]!);
      from.forEach((value, i) => {
        if (Math.abs(value) >= BOUND) expect([to[i], Math.abs(logDerivative.dataSync()[i]!)]).toEqual([value, 0]);
      });
    });
  });

  test('keeps gradients finite far outside, where it is the identity, and lets a NaN through', () => {
    tf.tidy(() => {
      const { applyWithLogDerivative: apply, invertWithLogDerivative: invert } = splineTransform();
      const x = tf.tensor2d([[1e30], [-1e30], [7], [BOUND], [-BOUND]]);
      const parameters = normal([5, 3 * BINS - 1], 4, 2);
      for (const loss of [
        (x: tf.Tensor, p: tf.Tensor) => tf.sum(tf.add(apply(x, p).y, apply(x, p).logDerivative)),
        (x: tf.Tensor, p: tf.Tensor) => tf.sum(tf.add(invert(x, p).x, invert(x, p).logDerivative)),
      ]) {
        const [ofX, ofParameters] = tf.grads(loss)([x, parameters]);
        for (const gradient of [ofX!, ofParameters!])
          gradient.dataSync().forEach((value) => expect(Number.isFinite(value)).toBe(true));
        expect(Array.from(ofX!.dataSync()).slice(0, 3)).toEqual([1, 1, 1]);
      }
      expect(apply(tf.tensor2d([[NaN]]), tf.zeros([1, 3 * BINS - 1])).y.dataSync()[0]).toBeNaN();
    });
  });
});

describe('the options of a spline', () => {
  test.each<[SplineTransformOptions, string]>([
    [{ bins: 1 }, 'bins is 1: expected an integer of at least 2'],
    [{ bound: 0 }, 'bound is 0: expected a number above 0'],
    [{ bound: Infinity }, 'bound is Infinity: expected a number above 0 and finite'],
    [{ minWidth: 0.2 }, 'minWidth is 0.2: expected a number above 0 and below 0.125'],
    [{ minHeight: NaN }, 'minHeight is NaN'],
    [{ minSlope: 1 }, 'minSlope is 1: expected a number above 0 and below 1'],
  ])('%o is refused', (options, message) => {
    expect(() => splineTransform(options)).toThrow(RangeError);
    expect(() => splineTransform(options)).toThrow(message);
  });

  test('say how many parameters an element has: 3K − 1', () => {
    expect(splineTransform({ bins: 5 }).parametersPerElement).toBe(14);
  });
});
