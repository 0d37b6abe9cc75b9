// Matrices whose singular values and eigenvalues are known, and what @lin/operator finds of them.
import {
  eigenSymmetric,
  cholesky,
  multiply,
  qr,
  solve,
  subtract,
  svd,
  transpose,
  zeros,
  type Matrix,
} from '@lin/operator';
import { expect } from 'vitest';

/** Entries in [−½, ½) of a linear congruential generator (Numerical Recipes). */
export function random(m: number, n = m): Matrix {
  let state = 1;
  const a = zeros(m, n);
  for (let k = 0; k < a.data.length; k++)
    a.data[k] = (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return a;
}

const largest = ({ data }: Matrix) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
export const difference = (a: Matrix, b: Matrix) => largest(subtract(a, b)) / largest(b);

export const scaleColumns = (a: Matrix, by: Float64Array): Matrix => ({
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

/** Matrices of n × n with known singular values and eigenvalues, from 1 to 2⁻¹⁶: decomposed to 1e-12 of the largest, solved, factorised. */
export function expectKnownSpectraFound(n: number): void {
  const values = Float64Array.from({ length: n }, (_, k) => 2 ** ((-16 * k) / n)); // from 1 to 2⁻¹⁶
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
}
