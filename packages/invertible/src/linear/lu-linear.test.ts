import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { logAbsDeterminant } from '../../test/jacobian.js';
import { LuLinear, namedVariables, ShapeError } from '../index.js';

type Matrix = number[][];

const product = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => B[0]!.map((_, j) => row.reduce((sum, a, k) => sum + a * B[k]![j]!, 0)));

/** P L U from the saved variables, in float64, by the definition of each factor. */
function expectedMatrix(layer: LuLinear, c: number): Matrix {
  const factors = layer.factors.arraySync() as Matrix;
  const order = [...layer.permutation.order.dataSync()];
  const P = order.map((_, from) => order.map((source) => Number(source === from)));
  const L = factors.map((row, i) => row.map((value, j) => (j < i ? value : Number(i === j))));
  // U = (I + N) diag(exp s): the diagonal scales columns.
  const scale = factors.map((row, i) => Math.exp(c * Math.tanh(row[i]! / c)));
  const U = factors.map((row, i) => row.map((value, j) => (j > i ? value : Number(i === j)) * scale[j]!));
  return product(product(P, L), U);
}

describe.each(backends)('an LU-parameterised linear map on %s', (backend) => {
  useBackend(backend);

  test.each([1, 2, 5, 8, 33])(
    'of %d channels multiplies by P L U, and its log-determinant is that of the product',
    (n) => {
      const layer = heat(new LuLinear({ shape: [n], maxLogScale: 0.8, seed: n }), n);
      tf.tidy(() => {
        const expected = expectedMatrix(layer, 0.8);
        const { y, logDet } = layer.applyWithLogDet(tf.eye(n));
        // Sums of n products of numbers below 10 in float32.
        y.dataSync().forEach((value, i) => expect(Math.abs(value - expected.flat()[i]!)).toBeLessThan(1e-5));
        expect(Math.abs(logDet.dataSync()[0]! - logAbsDeterminant(expected))).toBeLessThan(1e-4);
      });
      layer.dispose();
    },
  );

  test('multiplies every pixel of an image alike, and counts the volume of each', () => {
    const layer = heat(new LuLinear({ shape: [2, 3, 4], seed: 1 }), 2);
    tf.tidy(() => {
      const x = normal([2, 2, 3, 4], 3);
      const { y, logDet } = layer.applyWithLogDet(x);
      const matrix = expectedMatrix(layer, 1);
      const expected = product(tf.reshape(x, [12, 4]).arraySync() as Matrix, matrix).flat();
      y.dataSync().forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
      logDet.dataSync().forEach((value) => expect(Math.abs(value - 6 * logAbsDeterminant(matrix))).toBeLessThan(1e-4));
    });
    layer.dispose();
  });

  test('comes back within 1e-4 for 192 channels with hot parameters', () => {
    const layer = heat(new LuLinear({ shape: [192], seed: 1 }), 2);
    tf.tidy(() => {
      const x = normal([16, 192], 3);
      expect(tf.max(tf.abs(tf.sub(layer.invert(layer.apply(x)), x))).dataSync()[0]!).toBeLessThan(1e-4); // condition number of some 100
    });
    layer.dispose();
  });

  test('never becomes singular: its diagonal is bounded, wherever training goes', () => {
    const layer = new LuLinear({ shape: [3], maxLogScale: 0.5, seed: 1 });
    tf.tidy(() => {
      layer.factors.assign(tf.mul(tf.eye(3), -1e6));
      expect(layer.applyWithLogDet(tf.ones([1, 3])).logDet.dataSync()[0]!).toBeCloseTo(-1.5, 5);
    });
    layer.dispose();
  });
});

describe('an LU-parameterised linear map', () => {
  useBackend('cpu');

  test('is a permutation when new', () => {
    const layer = new LuLinear({ shape: [6], seed: 4 });
    const y = tf.tidy(() => [...layer.apply(tf.tensor2d([[0, 1, 2, 3, 4, 5]])).dataSync()]);
    expect(y).toEqual([...layer.permutation.order.dataSync()]);
    layer.dispose();
  });

  test('saves its permutation with its factors', () => {
    const layer = new LuLinear({ shape: [3], seed: 4 });
    expect([...namedVariables(layer)].map(([name, { trainable }]) => [name, trainable])).toEqual([
      ['permutation.order', false],
      ['factors', true],
    ]);
    layer.dispose();
  });

  test('refuses a shape without channels, and a bound that is out of range', () => {
    expect(() => new LuLinear({ shape: [3, 0], seed: 1 })).toThrow(ShapeError);
    expect(() => new LuLinear({ shape: [3], maxLogScale: 0, seed: 1 })).toThrow(
      'maxLogScale is 0: expected a finite number above 0',
    );
  });
});
