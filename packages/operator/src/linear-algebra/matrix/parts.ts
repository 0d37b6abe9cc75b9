// Parts of a matrix: rows, columns and blocks.
import { zeros, type Matrix } from './matrix.js';

/**
 * Row i, which shares the matrix's memory: [cols].
 * @example
 * ```ts
 * import { fromRows, rowOf } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(rowOf(A, 1));
 * ```
 * ```text
 * Float64Array(3) [ 4, 5, 6 ]
 * ```
 */
export function rowOf({ cols, data }: Matrix, i: number): Float64Array {
  return data.subarray(i * cols, (i + 1) * cols);
}

/**
 * The rows from `start` to before `end`, or to the last where `end` is beyond it; they share the matrix's memory.
 * @example
 * ```ts
 * import { fromRows, rowsOf, toRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(toRows(rowsOf(A, 1, 3)));
 * ```
 * ```text
 * [ [ 4, 5, 6 ], [ 7, 8, 9 ] ]
 * ```
 */
export function rowsOf({ rows, cols, data }: Matrix, start: number, end: number): Matrix {
  const last = Math.min(end, rows);
  return { rows: last - start, cols, data: data.subarray(start * cols, last * cols) };
}

/**
 * The rows with these numbers, in this order, copied.
 * @example
 * ```ts
 * import { fromRows, pickRows, toRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(toRows(pickRows(A, [2, 0])));
 * ```
 * ```text
 * [ [ 7, 8, 9 ], [ 1, 2, 3 ] ]
 * ```
 */
export function pickRows(a: Matrix, numbers: ArrayLike<number>): Matrix {
  const picked = zeros(numbers.length, a.cols);
  for (let i = 0; i < numbers.length; i++) picked.data.set(rowOf(a, numbers[i]!), i * a.cols);
  return picked;
}

/** The rows of `above`, and below them those of `below`. */
export function stackRows(above: Matrix, below: Matrix): Matrix {
  const data = new Float64Array(above.data.length + below.data.length);
  data.set(above.data);
  data.set(below.data, above.data.length);
  return { rows: above.rows + below.rows, cols: above.cols, data };
}

/**
 * Column j, copied: [rows].
 * @example
 * ```ts
 * import { columnOf, fromRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(columnOf(A, 1));
 * ```
 * ```text
 * Float64Array(3) [ 2, 5, 8 ]
 * ```
 */
export function columnOf({ rows, cols, data }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
}

/**
 * The columns from `start` to before `end`, copied.
 * @example
 * ```ts
 * import { columnsOf, fromRows, toRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(toRows(columnsOf(A, 1, 3)));
 * ```
 * ```text
 * [ [ 2, 3 ], [ 5, 6 ], [ 8, 9 ] ]
 * ```
 */
export function columnsOf({ rows, cols, data }: Matrix, start: number, end: number): Matrix {
  const part = zeros(rows, end - start);
  for (let i = 0; i < rows; i++) part.data.set(data.subarray(i * cols + start, i * cols + end), i * part.cols);
  return part;
}

/**
 * The columns with these numbers, in this order, copied.
 * @example
 * ```ts
 * import { fromRows, pickColumns, toRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(toRows(pickColumns(A, [2, 0])));
 * ```
 * ```text
 * [ [ 3, 1 ], [ 6, 4 ], [ 9, 7 ] ]
 * ```
 */
export function pickColumns({ rows, cols, data }: Matrix, numbers: ArrayLike<number>): Matrix {
  const picked = zeros(rows, numbers.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < numbers.length; j++) picked.data[i * picked.cols + j] = data[i * cols + numbers[j]!]!;
  return picked;
}

/**
 * The block of `rows` × `cols` entries whose first is (top, left), copied.
 * @example
 * ```ts
 * import { block, fromRows, toRows } from '@lin/operator/linear-algebra';
 * const A = fromRows([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * console.log(toRows(block(A, { top: 1, left: 1, rows: 2, cols: 2 })));
 * ```
 * ```text
 * [ [ 5, 6 ], [ 8, 9 ] ]
 * ```
 */
export function block(a: Matrix, { top = 0, left = 0, rows, cols }: BlockPlace): Matrix {
  return columnsOf(rowsOf(a, top, top + rows), left, left + cols);
}

export interface BlockPlace {
  /** Number of its first row and column; default 0. */
  top?: number;
  left?: number;
  rows: number;
  cols: number;
}
