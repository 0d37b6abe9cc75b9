// A = Q H Qᵀ with H zero below its first subdiagonal, by Householder reflections (Golub & Van Loan, §7.4.2).
import { identity, type Matrix } from '../matrix/matrix.js';
import { reflect, reflectorOf } from './householder.js';
import { addMultiple, dot } from '../matrix/vectors.js';

export interface Hessenberg {
  H: Matrix;
  /** Qᵀ: row j is column j of Q. */
  rows: Matrix;
}

/** Of a square matrix. */
export function hessenberg(a: Matrix): Hessenberg {
  const n = a.rows;
  const H: Matrix = { ...a, data: a.data.slice() };
  const rows = identity(n);
  const reflectors: { v: Float64Array; tau: number }[] = [];
  for (let k = 0; k < n - 2; k++) {
    const x = Float64Array.from({ length: n - k - 1 }, (_, i) => H.data[(k + 1 + i) * n + k]!);
    const tau = reflectorOf(x);
    H.data[(k + 1) * n + k] = x[0]!;
    for (let i = k + 2; i < n; i++) H.data[i * n + k] = 0;
    const v = x.slice();
    v[0] = 1;
    reflectors.push({ v: x, tau });
    if (tau === 0) continue;
    // From the left, on the columns after k: rows of H minus τ v (vᵀ H).
    const sums = new Float64Array(n - k - 1);
    for (let i = 0; i < v.length; i++) addMultiple(v[i]!, rowFrom(H, k + 1 + i, k + 1), sums);
    for (let i = 0; i < v.length; i++) addMultiple(-tau * v[i]!, sums, rowFrom(H, k + 1 + i, k + 1));
    // From the right, on all rows.
    for (let i = 0; i < n; i++) {
      const row = rowFrom(H, i, k + 1);
      addMultiple(-tau * dot(row, v), v, row);
    }
  }
  for (let k = reflectors.length - 1; k >= 0; k--) {
    const { v, tau } = reflectors[k]!;
    for (let j = k + 1; j < n; j++) reflect(v, tau, rowFrom(rows, j, k + 1));
  }
  return { H, rows };
}

function rowFrom({ cols, data }: Matrix, i: number, start: number): Float64Array {
  return data.subarray(i * cols + start, (i + 1) * cols);
}
