// A dense float64 matrix on the host, row by row, and its arithmetic: what decompositions take and operators turn into.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';

/** Entry (i, j) is data[i · cols + j]. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** A matrix of zeros. */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** The n × n identity. */
export function identity(n: number): Matrix {
  return diagonal(new Float64Array(n).fill(1));
}

/** The square matrix with these values on its diagonal. */
export function diagonal(values: ArrayLike<number>): Matrix {
  const matrix = zeros(values.length, values.length);
  for (let i = 0; i < values.length; i++) matrix.data[i * values.length + i] = values[i]!;
  return matrix;
}

/** From rows of numbers. @throws OperatorError for none, or rows of different lengths. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  if (cols === 0) throw new OperatorError('fromRows: expected at least one row of at least one number.');
  const matrix = zeros(rows.length, cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) throw new OperatorError(`fromRows: row ${i} has ${row.length} numbers; expected ${cols}, as in the first.`);
    matrix.data.set(row, i * cols);
  });
  return matrix;
}

export function toRows({ rows, cols, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}

/** The values of a [rows, cols] tensor, without blocking on the backend. */
export async function fromTensor(tensor: tf.Tensor2D): Promise<Matrix> {
  const [rows, cols] = tensor.shape;
  return { rows, cols, data: Float64Array.from(await tensor.data()) };
}

/** Rounded to float32, [rows, cols]. */
export function toTensor({ rows, cols, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(data), [rows, cols]);
}

export function transpose({ rows, cols, data }: Matrix): Matrix {
  const result = zeros(cols, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result.data[j * rows + i] = data[i * cols + j]!;
  return result;
}

/** A B. @throws OperatorError when the inner dimensions differ. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) throw new OperatorError(`multiply: ${a.rows}×${a.cols} times ${b.rows}×${b.cols} is not defined; the inner dimensions must be equal.`);
  const result = zeros(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    const row = result.data.subarray(i * b.cols, (i + 1) * b.cols);
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[i * a.cols + k]!;
      const other = b.data.subarray(k * b.cols, (k + 1) * b.cols);
      for (let j = 0; j < row.length; j++) row[j]! += factor * other[j]!;
    }
  }
  return result;
}

/** A + B. @throws OperatorError for different shapes. */
export function add(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.cols !== b.cols) throw new OperatorError(`add: ${a.rows}×${a.cols} and ${b.rows}×${b.cols}; only equal shapes can be added.`);
  return { ...a, data: a.data.map((value, i) => value + b.data[i]!) };
}

export function scale(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value) => factor * value) };
}
