// What a matrix must be before an operation is defined for it.
import { OperatorError } from '../../errors.js';
import { asMatrix, type Matrix, type MatrixLike } from './matrix.js';

/** The matrix of `a`. @throws OperatorError where an entry is not finite: it says which. */
export function finite(operation: string, a: MatrixLike): Matrix {
  const matrix = asMatrix(a);
  const { data, cols } = matrix;
  for (let k = 0; k < data.length; k++) {
    if (Number.isFinite(data[k])) continue;
    throw new OperatorError(
      `${operation}: entry [${Math.floor(k / cols)}, ${k % cols}] is ${data[k]}; every entry must be finite.`,
    );
  }
  return matrix;
}

/** @throws OperatorError unless finite and square. */
export function finiteSquare(operation: string, a: MatrixLike): Matrix {
  const matrix = finite(operation, a);
  if (matrix.rows !== matrix.cols)
    throw new OperatorError(`${operation}: the matrix is ${matrix.rows}×${matrix.cols}; it must be square.`);
  return matrix;
}

/** How far from symmetric a matrix may be, relative to its largest entry: rounding of a product of 2,048 terms in float32. */
const ASYMMETRY = 2 ** -18;

/** The symmetric part of `a`. @throws OperatorError unless finite, square and symmetric to rounding. */
export function finiteSymmetric(operation: string, a: MatrixLike): Matrix {
  const matrix = finiteSquare(operation, a);
  const { rows: n, data } = matrix;
  const tolerance = ASYMMETRY * largestEntry(matrix);
  const symmetric = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = [data[i * n + j]!, data[j * n + i]!];
      if (Math.abs(x - y) > tolerance) {
        throw new OperatorError(
          `${operation}: entries [${i}, ${j}] and [${j}, ${i}] are ${x} and ${y}; the matrix must be symmetric.`,
        );
      }
      symmetric[i * n + j] = symmetric[j * n + i] = x === y ? x : x / 2 + y / 2; // half of the least number is 0
    }
  }
  return { rows: n, cols: n, data: symmetric };
}

/** The largest difference of entries that mirror each other, relative to the largest entry; 0 for zero. */
export function asymmetryOf(a: Matrix): number {
  const { rows: n, data } = a;
  let worst = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) worst = Math.max(worst, Math.abs(data[i * n + j]! - data[j * n + i]!));
  return worst / (largestEntry(a) || 1);
}

/** @throws OperatorError where a result has overflowed. */
export function withoutOverflow(operation: string, result: Matrix): Matrix {
  if (result.data.every(Number.isFinite)) return result;
  throw new OperatorError(`${operation}: the result, ${result.rows}×${result.cols}, has entries ${BEYOND}.`);
}

/** The values times what the matrix was divided by. @throws OperatorError where one overflows. */
export function restored(operation: string, values: Float64Array, scale: number): Float64Array {
  const result = values.map((value) => value * scale);
  if (result.every(Number.isFinite)) return result;
  throw new OperatorError(`${operation}: the result has values ${BEYOND}.`);
}

/** The same of a matrix. */
export function restoredMatrix(operation: string, { rows, cols, data }: Matrix, scale: number): Matrix {
  return { rows, cols, data: restored(operation, data, scale) };
}

const BEYOND = `above ${Number.MAX_VALUE.toPrecision(2)}`;

/** max |a_ij|. */
export function largestEntry({ data }: Matrix): number {
  let largest = 0;
  for (let k = 0; k < data.length; k++) largest = Math.max(largest, Math.abs(data[k]!));
  return largest;
}

/** A power of two near the largest entry, and A divided by it: exact, and no square of an entry overflows or vanishes. Of zero: 1. */
export function normalised(a: Matrix): { scaled: Matrix; scale: number } {
  const largest = largestEntry(a);
  if (largest === 0) return { scaled: a, scale: 1 };
  const scale = 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
  const data = new Float64Array(a.data.length);
  for (let k = 0; k < data.length; k++) data[k] = a.data[k]! / scale;
  return { scaled: { ...a, data }, scale };
}

/** 2⁻ᵏ with 2ᵏ ≤ the largest entry; of zeros 1. */
export function reciprocalPower(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? 1 : 2 ** -Math.max(-1022, Math.min(1022, Math.floor(Math.log2(largest))));
}

/** Whether all below the diagonal is zero. */
export function isUpper({ rows: n, data }: Matrix): boolean {
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) if (data[i * n + j] !== 0) return false;
  return true;
}
