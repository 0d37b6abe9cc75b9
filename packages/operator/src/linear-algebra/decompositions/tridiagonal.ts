// A symmetric matrix as Q T Qᵀ with T tridiagonal, and the eigenvalues of T by implicit QL with Wilkinson's shift (Golub & Van Loan, §8.3).
import { ConvergenceError } from '../../errors.js';
import { diagonal, type Matrix } from '../matrix/matrix.js';
import { reflect, reflectorOf } from './householder.js';
import { rowOf } from '../matrix/parts.js';
import { addMultiple, dot, rotate } from '../matrix/vectors.js';

export interface Tridiagonal {
  /** Diagonal of T, [n]. */
  d: Float64Array;
  /** Beside the diagonal, [n]; the last is 0. */
  e: Float64Array;
  /** Qᵀ: row j is column j of Q. */
  rows: Matrix;
}

/** Of a symmetric matrix, whose memory is used up. */
export function tridiagonalise({ rows: n, data }: Matrix): Tridiagonal {
  const taus = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    const v = data.subarray(k * n + k + 1, (k + 1) * n);
    taus[k] = reflectorOf(v);
    updateBoth(data, n, k + 1, v, taus[k]!);
  }
  const d = Float64Array.from({ length: n }, (_, k) => data[k * n + k]!);
  const e = Float64Array.from({ length: n }, (_, k) => (k < n - 1 ? data[k * n + k + 1]! : 0));
  const rows = diagonal(new Float64Array(n).fill(1));
  for (let k = n - 3; k >= 0; k--) {
    const v = data.subarray(k * n + k + 1, (k + 1) * n);
    for (let j = k + 1; j < n; j++) reflect(v, taus[k]!, rows.data.subarray(j * n + k + 1, (j + 1) * n));
  }
  return { d, e, rows };
}

/** B ← H B H for the block B from row and column `start` on: B − v wᵀ − w vᵀ with w = τ(B v − ½τ(vᵀB v) v). */
function updateBoth(data: Float64Array, n: number, start: number, reflector: Float64Array, tau: number): void {
  if (tau === 0) return;
  const v = reflector.slice();
  v[0] = 1;
  const row = (i: number) => data.subarray((start + i) * n + start, (start + i + 1) * n);
  const w = v.map((_, i) => tau * dot(row(i), v));
  addMultiple((-tau / 2) * dot(w, v), v, w);
  for (let i = 0; i < v.length; i++) {
    addMultiple(-v[i]!, w, row(i));
    addMultiple(-w[i]!, v, row(i));
  }
}

/** Per eigenvalue; two are usual. */
const MOST_STEPS = 60;

/**
 * Turns d into eigenvalues and the rows into eigenvectors, unsorted.
 * T splits where an entry is rounding of its neighbours on the diagonal, which keeps the digits of small eigenvalues. Beside zero
 * eigenvalues it may never do so: it is then done again with entries split off that are rounding of |T|₁.
 * @throws ConvergenceError
 */
export function diagonalise(T: Tridiagonal): void {
  const { d, e, rows } = T;
  const given = [d.slice(), e.slice(), rows.data.slice()] as const;
  if (sweep(T, { negligible: TINY, turning: false }) === undefined) return;
  [d, e, rows.data].forEach((array, i) => array.set(given[i]!));
  const missing = sweep(T, { negligible: (Number.EPSILON / 4) * largestRow(d, e), turning: true });
  if (missing !== undefined)
    throw new ConvergenceError(
      `eigenSymmetric: eigenvalue ${missing} of ${d.length} is not found after ${MOST_STEPS} steps.`,
    );
}

const TINY = 1e-300; // squares of what is below it are zero

interface SweepOptions {
  /** Entries beside the diagonal up to this are zero, whatever their neighbours are. */
  negligible: number;
  /** QL finds the upper end first and wants it small: a block that lies the other way is reversed, QR of it (LAPACK's dsteqr). */
  turning: boolean;
}

/** The number of an eigenvalue that is not found; undefined where all are. */
function sweep({ d, e, rows }: Tridiagonal, { negligible, turning }: SweepOptions): number | undefined {
  for (let l = 0; l < d.length; l++) {
    for (let step = 0; ; step++) {
      const m = endOfBlock(d, e, l, negligible);
      if (m === l) break;
      if (step === MOST_STEPS) return l;
      if (turning && step === 0 && Math.abs(d[m]!) < Math.abs(d[l]!)) turnBlock(d, e, rows, l, m);
      qlStep(d, e, rows, l, m);
    }
  }
  return undefined;
}

/** The largest |dᵢ| + |eᵢ| + |eᵢ₋₁|: |T|₁, which rounding is measured by. */
function largestRow(d: Float64Array, e: Float64Array): number {
  return d.reduce((most, value, i) => Math.max(most, Math.abs(value) + Math.abs(e[i]!) + Math.abs(e[i - 1] ?? 0)), 0);
}

/** The first index from l on after which T splits; or an entry is at most `negligible`. */
function endOfBlock(d: Float64Array, e: Float64Array, l: number, negligible: number): number {
  let m = l;
  while (
    m < d.length - 1 &&
    Math.abs(e[m]!) > Number.EPSILON * Math.sqrt(Math.abs(d[m]!)) * Math.sqrt(Math.abs(d[m + 1]!)) &&
    Math.abs(e[m]!) > negligible
  )
    m++;
  return m;
}

/** Rows and columns l … m of T in reverse order, and their vectors. */
function turnBlock(d: Float64Array, e: Float64Array, rows: Matrix, l: number, m: number): void {
  d.subarray(l, m + 1).reverse();
  e.subarray(l, m).reverse();
  for (let [i, j] = [l, m]; i < j; i++, j--) {
    const [upper, lower] = [rowOf(rows, i), rowOf(rows, j)];
    const kept = upper.slice();
    upper.set(lower);
    lower.set(kept);
  }
}

/** One sweep of rotations from m up to l; the bulge is `bulge`, and `carried` what row i + 1 has still to lose. */
function qlStep(d: Float64Array, e: Float64Array, rows: Matrix, l: number, m: number): void {
  const n = d.length;
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const length = Math.hypot(half, 1);
  let shifted = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? length : -length));
  let [s, c, carried] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const bulge = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(bulge, shifted);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= carried;
      e[m] = 0;
      return;
    }
    s = bulge / r;
    c = shifted / r;
    const rest = d[i + 1]! - carried;
    const gain = (d[i]! - rest) * s + 2 * c * b;
    carried = s * gain;
    d[i + 1] = rest + carried;
    shifted = c * gain - b;
    rotate(rows.data.subarray(i * n, (i + 1) * n), rows.data.subarray((i + 1) * n, (i + 2) * n), c, s);
  }
  d[l]! -= carried;
  e[l] = shifted;
  e[m] = 0;
}
