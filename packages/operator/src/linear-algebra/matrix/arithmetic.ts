// Sums and multiples of matrices.
import { OperatorError } from '../../errors.js';
import type { Matrix } from './matrix.js';

/**
 * A + B, entry by entry.
 * @throws OperatorError for different shapes.
 * @example
 * ```ts
 * import { add, fromRows, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(add(fromRows([[1, 2]]), fromRows([[10, 20]]))));
 * ```
 * ```text
 * [ [ 11, 22 ] ]
 * ```
 */
export function add(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new OperatorError(`add: ${a.rows}×${a.cols} and ${b.rows}×${b.cols}; only equal shapes can be added.`);
  return { ...a, data: a.data.map((value, i) => value + b.data[i]!) };
}

/**
 * The factor times A.
 * @example
 * ```ts
 * import { fromRows, scale, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(scale(fromRows([[1, 2]]), 3)));
 * ```
 * ```text
 * [ [ 3, 6 ] ]
 * ```
 */
export function scale(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value) => factor * value) };
}

/**
 * A − B, entry by entry.
 * @throws OperatorError for different shapes.
 * @example
 * ```ts
 * import { fromRows, subtract, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(subtract(fromRows([[1, 2]]), fromRows([[10, 20]]))));
 * ```
 * ```text
 * [ [ -9, -18 ] ]
 * ```
 */
export function subtract(a: Matrix, b: Matrix): Matrix {
  return add(a, scale(b, -1));
}

/**
 * A diag(factors): column j times factors[j].
 * @example
 * ```ts
 * import { fromRows, scaleColumns, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(scaleColumns(fromRows([[1, 2], [3, 4]]), [10, 100])));
 * ```
 * ```text
 * [ [ 10, 200 ], [ 30, 400 ] ]
 * ```
 */
export function scaleColumns({ rows, cols, data }: Matrix, factors: ArrayLike<number>): Matrix {
  return { rows, cols, data: data.map((value, k) => value * factors[k % cols]!) };
}

/**
 * diag(factors) A: row i times factors[i].
 * @example
 * ```ts
 * import { fromRows, scaleRows, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(scaleRows(fromRows([[1, 2], [3, 4]]), [10, 100])));
 * ```
 * ```text
 * [ [ 10, 20 ], [ 300, 400 ] ]
 * ```
 */
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

/**
 * ‖A‖², the sum of squares.
 * @example
 * ```ts
 * import { fromRows, squareSum } from '@lin/operator/linear-algebra';
 * console.log(squareSum(fromRows([[3, 4]])));
 * ```
 * ```text
 * 25
 * ```
 */
export function squareSum({ data }: Matrix): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return sum;
}
