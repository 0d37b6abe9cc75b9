// @lin/operator on the float64 kernels that @lin/engine registers: neither package knows the other.
import {
  eigenSymmetric,
  cholesky,
  expm,
  inverse,
  leastSquares,
  lu,
  multiply,
  pseudoInverse,
  qr,
  scale,
  solve,
  subtract,
  svd,
  transpose,
  zeros,
  type Matrix,
} from '@lin/operator';
import { initEngine } from '@lin/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';

const skipped = await initEngine({ backend: 'tensorflow' }).then(
  () => undefined,
  (error: Error) => error.message,
);
afterAll(() => tf.setBackend('cpu'));

/** Entries in [−½, ½) of a linear congruential generator (Numerical Recipes). */
function random(m: number, n = m): Matrix {
  let state = 1;
  const a = zeros(m, n);
  for (let k = 0; k < a.data.length; k++)
    a.data[k] = (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return a;
}

const largest = ({ data }: Matrix) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (a: Matrix, b: Matrix) => largest(subtract(a, b)) / largest(b);

const scaleColumns = (a: Matrix, by: Float64Array): Matrix => ({
  ...a,
  data: a.data.map((value, i) => value * by[i % a.cols]!),
});

/** (I − 2uuᵀ/uᵀu) diag(values) (I − 2vvᵀ/vᵀv): reflections keep singular values, and eigenvalues where u is v. */
function between(u: Float64Array, values: Float64Array, v: Float64Array): Matrix {
  const n = values.length;
  const unit = (w: Float64Array) => w.map((value) => value / Math.hypot(...w));
  const [left, right] = [unit(u), unit(v)];
  const a = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) a.data[i * n + j] = (i === j ? values[i]! : 0) - 2 * left[i]! * left[j]! * values[j]!;
    const row = a.data.subarray(i * n, (i + 1) * n);
    const along = 2 * row.reduce((sum, value, j) => sum + value * right[j]!, 0);
    for (let j = 0; j < n; j++) row[j]! -= along * right[j]!;
  }
  return a;
}

/** What the host computes, with no kernels in sight. */
async function onHost<T>(work: () => T): Promise<T> {
  await tf.setBackend('host-only');
  try {
    return work();
  } finally {
    await tf.setBackend('tensorflow');
  }
}

describe.skipIf(skipped)(`linear algebra on the tensorflow engine${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  tf.registerBackend('host-only', () => new tf.KernelBackend());

  test.each([
    [150, 150],
    [200, 120],
    [120, 200],
  ])('the SVD of %d × %d has the host’s values to 1e-13 of the largest, and composes A', async (m, n) => {
    const a = random(m, n);
    const { U, s, V } = svd(a);
    const host = await onHost(() => svd(a));
    s.forEach((value, k) => expect(Math.abs(value - host.s[k]!)).toBeLessThan(1e-13 * host.s[0]!));
    expect(difference(multiply(scaleColumns(U, s), transpose(V)), a)).toBeLessThan(1e-13);
  });

  test('what is unique is the host’s, to 1e-11', async () => {
    const a = random(120);
    const gram = multiply(transpose(a), a);
    for (let i = 0; i < 120; i++) gram.data[i * 121]! += 1;
    const b = random(120, 70);
    const all = (): Matrix[] => [
      multiply(a, b),
      solve(a, b),
      inverse(a),
      cholesky(gram),
      lu(a).U,
      expm(a),
      pseudoInverse(a).matrix,
      leastSquares(random(200, 70), random(200, 3)).x,
      { rows: 1, cols: 120, data: eigenSymmetric(gram).values },
      multiply(qr(a).Q, qr(a).R),
    ];
    const [engine, host] = [all(), await onHost(all)];
    engine.forEach((found, k) => expect(difference(found, host[k]!)).toBeLessThan(1e-11)); // the inverse's condition is near 1e4
  });

  test('2,048 × 2,048 of known singular values and eigenvalues: found to 1e-12 of the largest, solved, factorised', () => {
    const n = 2048;
    const values = Float64Array.from({ length: n }, (_, k) => 2 ** (-k / 128)); // from 1 to 2⁻¹⁶
    const [u, v] = [random(n, 1).data, random(1, n).data.toReversed()];
    const a = between(u, values, v);
    const symmetric = between(u, values, u);
    const found = svd(a);
    found.s.forEach((value, k) => expect(Math.abs(value - values[k]!)).toBeLessThan(1e-12));
    expect(difference(multiply(scaleColumns(found.U, found.s), transpose(found.V)), a)).toBeLessThan(1e-12);
    const eigen = eigenSymmetric(symmetric).values.toSorted().reverse();
    eigen.forEach((value, k) => expect(Math.abs(value - values[k]!)).toBeLessThan(1e-12));
    const x = random(n, 2);
    expect(difference(solve(a, multiply(a, x)), x)).toBeLessThan(1e-10); // the condition number is 65,536
    const [{ Q, R }, L] = [qr(a), cholesky(symmetric)];
    expect(difference(multiply(Q, R), a)).toBeLessThan(1e-12);
    expect(difference(multiply(L, transpose(L)), symmetric)).toBeLessThan(1e-12);
  }, 180_000);

  test('a singular matrix and an indefinite one are refused with the host’s words', () => {
    const singular = multiply(random(100, 3), random(3, 100));
    expect(() => solve(singular, random(100, 80))).toThrow(
      /solve: this 100×100 matrix is singular to working precision/,
    );
    expect(() => cholesky(scale(multiply(singular, transpose(singular)), -1))).toThrow(
      /cholesky: the leading minor of order 1 of this 100×100/,
    );
    expect(() => lu(zeros(100, 100))).not.toThrow();
  });
});
