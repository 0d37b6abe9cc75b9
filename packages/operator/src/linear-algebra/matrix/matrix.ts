// A dense float64 matrix on the host, row by row, and its arithmetic: what decompositions take and operators turn into.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../../errors.js';

/** Entry (i, j) is data[i · cols + j]. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** What functions of matrices take: a Matrix, or its rows. */
export type MatrixLike = Matrix | readonly ArrayLike<number>[];

/** A Matrix as it is; of rows, a copy. @throws OperatorError for ragged or empty rows, or data of another length than rows · cols. */
export function asMatrix(a: MatrixLike): Matrix {
  if (!isObject(a)) throw new OperatorError(`Matrix: expected a matrix or rows of numbers, but got ${String(a)}.`);
  if (!('data' in a)) return fromRows(a);
  const { rows, cols, data } = a;
  if (typeof data === 'function')
    throw new OperatorError('Matrix: expected a matrix, but got a tensor; await fromTensor(tensor) makes one of it.');
  if (!(rows > 0 && cols > 0) || data.length !== rows * cols) {
    throw new OperatorError(
      `Matrix: ${rows}×${cols} with ${data.length} numbers; expected sizes of at least 1 and rows · cols numbers.`,
    );
  }
  return a;
}

/** Callers in JavaScript are told by name what they gave. */
const isObject = (a: unknown): boolean => typeof a === 'object' && a !== null;

/**
 * A matrix of zeros, rows × cols.
 * @example
 * ```ts
 * import { toRows, zeros } from '@lin/operator/linear-algebra';
 * console.log(toRows(zeros(2, 3)));
 * ```
 * ```text
 * [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 * ```
 */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/**
 * The n × n identity.
 * @example
 * ```ts
 * import { identity, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(identity(2)));
 * ```
 * ```text
 * [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function identity(n: number): Matrix {
  return diagonal(new Float64Array(n).fill(1));
}

/**
 * The matrix with these values on its diagonal, square unless told otherwise.
 * @example
 * ```ts
 * import { diagonal, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(diagonal([2, 3])), toRows(diagonal([2, 3], 2, 3)));
 * ```
 * ```text
 * [ [ 2, 0 ], [ 0, 3 ] ] [ [ 2, 0, 0 ], [ 0, 3, 0 ] ]
 * ```
 */
export function diagonal(values: ArrayLike<number>, rows = values.length, cols = rows): Matrix {
  const matrix = zeros(rows, cols);
  for (let i = 0; i < Math.min(values.length, rows, cols); i++) matrix.data[i * cols + i] = values[i]!;
  return matrix;
}

/**
 * A Matrix from rows of numbers, copied.
 * @throws OperatorError for none, or rows of different lengths.
 * @example
 * ```ts
 * import { fromRows } from '@lin/operator/linear-algebra';
 * console.log(fromRows([[1, 2, 3], [4, 5, 6]]));
 * ```
 * ```text
 * { rows: 2, cols: 3, data: Float64Array(6) [ 1, 2, 3, 4, 5, 6 ] }
 * ```
 */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const numbers = rows.findIndex((row) => typeof row !== 'object' || row === null);
  if (numbers >= 0)
    throw new OperatorError(
      `fromRows: row ${numbers} is ${String(rows[numbers])}; expected rows of numbers, [[1, 2], [3, 4]].`,
    );
  const cols = rows[0]?.length ?? 0;
  if (cols === 0) throw new OperatorError('fromRows: expected at least one row of at least one number.');
  const matrix = zeros(rows.length, cols);
  rows.forEach((row, i) => {
    if (row.length !== cols)
      throw new OperatorError(`fromRows: row ${i} has ${row.length} numbers; expected ${cols}, as in the first.`);
    matrix.data.set(row, i * cols);
  });
  return matrix;
}

/**
 * The rows of a Matrix as arrays of numbers, copied.
 * @example
 * ```ts
 * import { identity, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(identity(2)));
 * ```
 * ```text
 * [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function toRows({ rows, cols, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}

/**
 * The values of a [rows, cols] tensor as a Matrix, without blocking on the backend. The tensor stays the caller's.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fromTensor } from '@lin/operator/linear-algebra';
 * const tensor = tf.tensor2d([[1, 2], [3, 4]]);
 * console.log(await fromTensor(tensor));
 * tensor.dispose();
 * ```
 * ```text
 * { rows: 2, cols: 2, data: Float64Array(4) [ 1, 2, 3, 4 ] }
 * ```
 */
export async function fromTensor(tensor: tf.Tensor2D): Promise<Matrix> {
  const [rows, cols] = tensor.shape;
  return { rows, cols, data: Float64Array.from(await tensor.data()) };
}

/**
 * A tensor [rows, cols] of the matrix, rounded to float32; the caller's to dispose.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fromRows, toTensor } from '@lin/operator/linear-algebra';
 * const tensor = toTensor(fromRows([[1, 2], [3, 4]]));
 * console.log(tensor.shape, tensor.dtype, tensor.arraySync());
 * tensor.dispose();
 * ```
 * ```text
 * [ 2, 2 ] float32 [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function toTensor({ rows, cols, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(data), [rows, cols]);
}

/**
 * Aᵀ, copied.
 * @example
 * ```ts
 * import { fromRows, toRows, transpose } from '@lin/operator/linear-algebra';
 * console.log(toRows(transpose(fromRows([[1, 2, 3], [4, 5, 6]]))));
 * ```
 * ```text
 * [ [ 1, 4 ], [ 2, 5 ], [ 3, 6 ] ]
 * ```
 */
export function transpose({ rows, cols, data }: Matrix): Matrix {
  const result = zeros(cols, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result.data[j * rows + i] = data[i * cols + j]!;
  return result;
}
