// Sums and multiples of matrices.
import { OperatorError } from '../../errors.js';
import type { Matrix } from './matrix.js';

/** A + B. @throws OperatorError for different shapes. */
export function add(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new OperatorError(`add: ${a.rows}×${a.cols} and ${b.rows}×${b.cols}; only equal shapes can be added.`);
  return { ...a, data: a.data.map((value, i) => value + b.data[i]!) };
}

export function scale(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value) => factor * value) };
}

/** A − B. @throws OperatorError for different shapes. */
export function subtract(a: Matrix, b: Matrix): Matrix {
  return add(a, scale(b, -1));
}

/** A diag(factors). */
export function scaleColumns({ rows, cols, data }: Matrix, factors: ArrayLike<number>): Matrix {
  return { rows, cols, data: data.map((value, k) => value * factors[k % cols]!) };
}

/** diag(factors) A. */
export function scaleRows(a: Matrix, factors: ArrayLike<number>): Matrix {
  return { ...a, data: a.data.map((value, k) => value * factors[Math.floor(k / a.cols)]!) };
}

/**
 * The sum of the entries on the diagonal, from the first to the last.
 * @param a Square.
 * @example
 * ```ts
 * import { fromRows, trace } from '@lin/operator/linear-algebra';
 * console.log(trace(fromRows([[1, 2], [3, 4]])));
 * ```
 * ```text
 * 5
 * ```
 */
export function trace({ rows, cols, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * cols + i]!;
  return sum;
}

/** ‖A‖², the sum of squares. */
export function squareSum({ data }: Matrix): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return sum;
}
