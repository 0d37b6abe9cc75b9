// A = Q R in compact form: R and the reflections whose product is Q, in the memory of A (Golub & Van Loan, §5.2 and, with column pivoting,
// §5.4).
import { transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { reflect, reflectorOf } from './householder.js';
import { norm } from '../matrix/vectors.js';

export interface QrFactor {
  /** Row j is column j of R down to its diagonal, and below that the tail of reflection j. n × m. */
  columns: Matrix;
  taus: Float64Array;
  /** Column k of A P is column permutation[k] of A. Without pivoting 0, 1, 2, … */
  permutation: Int32Array;
}

/** Of a finite m × n matrix. With `pivoted`, the diagonal of R falls in modulus. */
export function qrFactor(a: Matrix, { pivoted }: { pivoted: boolean }): QrFactor {
  const columns = transpose(a);
  const { rows: n, cols: m } = columns;
  const row = (j: number) => columns.data.subarray(j * m, (j + 1) * m);
  const permutation = Int32Array.from({ length: n }, (_, j) => j);
  const taus = new Float64Array(Math.min(m, n));
  const rest = Float64Array.from({ length: n }, (_, j) => norm(row(j))); // norms of what is left of each column
  const reference = rest.slice();
  for (let k = 0; k < taus.length; k++) {
    if (pivoted) swapColumns(k, largestFrom(rest, k), columns, [permutation, rest, reference]);
    const pivot = row(k).subarray(k);
    taus[k] = reflectorOf(pivot);
    for (let j = k + 1; j < n; j++) {
      const column = row(j).subarray(k);
      reflect(pivot, taus[k]!, column);
      if (pivoted) rest[j] = downdated(rest, reference, j, column);
    }
  }
  return { columns, taus, permutation };
}

/** R, `size` × n: size min(m, n) for the thin one, m for the full one. */
export function upperFactor({ columns }: QrFactor, size: number): Matrix {
  const { rows: n, cols: m } = columns;
  const r = zeros(size, n);
  for (let j = 0; j < n; j++)
    for (let i = 0; i <= Math.min(j, size - 1, m - 1); i++) r.data[i * n + j] = columns.data[j * m + i]!;
  return r;
}

/** Rows of `vectors`, each of length m, become Q x. */
export function applyQ({ columns, taus }: QrFactor, vectors: Matrix): void {
  for (let k = taus.length - 1; k >= 0; k--) reflectRows(columns, taus[k]!, k, vectors);
}

function reflectRows(columns: Matrix, tau: number, k: number, vectors: Matrix): void {
  const m = columns.cols;
  const reflector = columns.data.subarray(k * m + k, (k + 1) * m);
  for (let i = 0; i < vectors.rows; i++) reflect(reflector, tau, vectors.data.subarray(i * m + k, (i + 1) * m));
}

function largestFrom(values: Float64Array, start: number): number {
  let best = start;
  for (let j = start + 1; j < values.length; j++) if (values[j]! > values[best]!) best = j;
  return best;
}

function swapColumns(i: number, j: number, columns: Matrix, others: readonly (Float64Array | Int32Array)[]): void {
  if (i === j) return;
  const m = columns.cols;
  const kept = columns.data.slice(i * m, (i + 1) * m);
  columns.data.copyWithin(i * m, j * m, (j + 1) * m);
  columns.data.set(kept, j * m);
  for (const values of others) [values[i], values[j]] = [values[j]!, values[i]!];
}

/**
 * The norm of column j below its new entry of R: from the old norm, or afresh where too many digits would cancel (Drmač & Bujanović 2008).
 */
function downdated(rest: Float64Array, reference: Float64Array, j: number, column: Float64Array): number {
  if (rest[j] === 0) return 0;
  const left = Math.max(0, 1 - (column[0]! / rest[j]!) ** 2);
  if (left * (rest[j]! / reference[j]!) ** 2 > Math.sqrt(Number.EPSILON)) return rest[j]! * Math.sqrt(left);
  return (reference[j] = norm(column.subarray(1)));
}
