import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { orthogonality } from './orthogonality.js';

beforeAll(() => initEngine({ backend: 'cpu' }));

type Rows = readonly (readonly number[])[];

const transposed = (a: Rows) => a[0]!.map((_, c) => a.map((row) => row[c]!));

/** ‖W Wᵀ − I‖² / n over the rows of whichever of W and Wᵀ has fewer, in float64. */
function reference(matrix: Rows): number {
  const w = matrix.length <= matrix[0]!.length ? matrix : transposed(matrix);
  const entries = w.flatMap((a, i) =>
    w.map((b, j) => a.reduce((sum, value, k) => sum + value * b[k]!, 0) - (i === j ? 1 : 0)),
  );
  return entries.reduce((sum, entry) => sum + entry ** 2, 0) / w.length;
}

const penaltyOf = (rows: Rows) => tf.tidy(() => orthogonality(tf.tensor2d(rows as number[][]))().dataSync()[0]!);

const matrices = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) => {
  const row = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: rows, maxLength: rows });
});

test('is its definition in float64, of wide and tall matrices', () => {
  fc.assert(
    fc.property(matrices, (rows) => {
      const expected = reference(rows);
      expect(Math.abs(penaltyOf(rows) - expected)).toBeLessThan(1e-5 * (1 + expected));
    }),
  );
});

test('is zero for rotations, and for a few orthonormal rows or columns', () => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const rows = [
    [c, -s, 0],
    [s, c, 0],
  ];
  for (const matrix of [rows.map((row) => row.slice(0, 2)), rows, transposed(rows)])
    expect(penaltyOf(matrix)).toBeCloseTo(0, 12);
});

test('minimised alone, makes every singular value 1', () => {
  const before = tf.memory().numTensors;
  const w = tf.tidy(() => tf.variable(tf.tensor2d([[2, 1, 0.5], [0.1, -0.4, 1]]))); // prettier-ignore
  const penalty = orthogonality(w);
  for (let i = 0; i < 300; i++)
    tf.tidy(() => {
      const { grads } = tf.variableGrads(penalty, [w]);
      w.assign(tf.sub(w, tf.mul(grads[w.name]!, 0.05)) as tf.Tensor2D);
    });
  const gram = tf.tidy(() => Array.from(tf.matMul(w, w, false, true).dataSync()));
  [1, 0, 0, 1].forEach((value, i) => expect(gram[i]).toBeCloseTo(value, 4));
  w.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
