import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat } from '../../test/hot.js';
import { CayleyMixing, ShapeError } from '../index.js';

type Matrix = number[][];

const matrixOf = (layer: CayleyMixing) =>
  tf.tidy(() => layer.apply(tf.eye(layer.inputShape[0]!)).arraySync() as Matrix);
const product = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => B[0]!.map((_, j) => row.reduce((sum, a, k) => sum + a * B[k]![j]!, 0)));

/** How far Q Qᵀ is from I. */
const defect = (Q: Matrix) =>
  Math.max(
    ...Q.flatMap((row, i) =>
      Q.map((other, j) => Math.abs(row.reduce((sum, q, k) => sum + q * other[k]!, 0) - Number(i === j))),
    ),
  );

describe.each(backends)('a Cayley mixing on %s', (backend) => {
  useBackend(backend);

  test.each([1, 2, 3, 8, 31])('of %d channels satisfies Q (I + S) = I − S for the S of its parameters', (n) => {
    const layer = heat(new CayleyMixing({ shape: [n], seed: 1 }), n);
    const A = layer.generator.arraySync() as Matrix;
    const difference = A.map((row, i) => row.map((a, j) => a - A[j]![i]!));
    const limit = Math.sqrt(1 + difference.flat().reduce((sum, d) => sum + d * d, 0) / (64 * n));
    const S = difference.map((row) => row.map((d) => d / limit));
    const plus = S.map((row, i) => row.map((s, j) => Number(i === j) + s));
    const left = product(matrixOf(layer), plus).flat();
    const right = S.flatMap((row, i) => row.map((s, j) => Number(i === j) - s));
    left.forEach((value, i) => expect(Math.abs(value - right[i]!)).toBeLessThan(1e-5));
    layer.dispose();
  });

  test.each([1e-3, 1, 100, 1e6])('is orthogonal with generators of size %d', (size) => {
    const layer = new CayleyMixing({ shape: [24], seed: 3 });
    tf.tidy(() => layer.generator.assign(tf.mul(layer.generator, size)));
    // Newton's iteration rounds by the condition number of I + S, 40 at most here, times 1e-7.
    expect(defect(matrixOf(layer))).toBeLessThan(1e-5);
    layer.dispose();
  });

  test('of two channels turns by the angle 2 atan λ', () => {
    const layer = new CayleyMixing({ shape: [2], seed: 3 });
    tf.tidy(() =>
      layer.generator.assign(
        tf.tensor2d([
          [0, 0.5],
          [0, 0],
        ]),
      ),
    );
    const lambda = 0.5 / Math.sqrt(1 + 0.5 / 128);
    const angle = 2 * Math.atan(lambda);
    const expected = [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)];
    matrixOf(layer)
      .flat()
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    layer.dispose();
  });
});

describe('a Cayley mixing', () => {
  useBackend('cpu');

  test('mixes when new: every output depends on every input', () => {
    const layer = new CayleyMixing({ shape: [6], seed: 1 });
    matrixOf(layer)
      .flat()
      .forEach((entry) => expect(Math.abs(entry)).toBeGreaterThan(1e-6));
    layer.dispose();
  });

  test('needs channels', () => {
    expect(() => new CayleyMixing({ shape: [], seed: 1 })).toThrow(ShapeError);
  });
});
