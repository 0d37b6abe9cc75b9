// Products of matrices.
import { OperatorError } from '../../errors.js';
import { onBackend } from './backend-kernels.js';
import { asMatrix, transpose, zeros, type Matrix, type MatrixLike } from './matrix.js';

/**
 * A B, m × n times n × k.
 * @throws OperatorError when the inner dimensions differ.
 * @example
 * ```ts
 * import { multiply, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(multiply([[1, 2], [3, 4]], [[0, 1], [1, 0]])));
 * ```
 * ```text
 * [ [ 2, 1 ], [ 4, 3 ] ]
 * ```
 */
export function multiply(left: MatrixLike, right: MatrixLike): Matrix {
  const [a, b] = [asMatrix(left), asMatrix(right)];
  if (a.cols !== b.rows)
    throw new OperatorError(
      `multiply: ${a.rows}×${a.cols} times ${b.rows}×${b.cols} is not defined; the inner dimensions must be equal.`,
    );
  return onBackend('MatMul', a.rows * a.cols * b.cols, [a, b])?.[0] ?? multiplyOnHost(a, b);
}

/**
 * Aᵀ B; a backend reads A as it lies.
 * @throws OperatorError when the numbers of rows differ.
 * @example
 * ```ts
 * import { fromRows, multiplyTransposed, toRows } from '@lin/operator/linear-algebra';
 * const X = fromRows([[1, 2], [3, 4], [5, 6]]);
 * console.log(toRows(multiplyTransposed(X, X))); // XᵀX
 * ```
 * ```text
 * [ [ 35, 44 ], [ 44, 56 ] ]
 * ```
 */
export function multiplyTransposed(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows)
    throw new OperatorError(
      `multiplyTransposed: the transpose of ${a.rows}×${a.cols} times ${b.rows}×${b.cols} is not defined; ` +
        'both must have the same number of rows.',
    );
  return (
    onBackend('MatMul', a.rows * a.cols * b.cols, [a, b], { transpose_a: true })?.[0] ?? multiplyOnHost(transpose(a), b)
  );
}

/** Rows of B, weighted by a row of A, four at a time: every array is read in the order it lies in memory. */
function multiplyOnHost(a: Matrix, b: Matrix): Matrix {
  const { rows, cols: inner } = a;
  const { cols } = b;
  const result = zeros(rows, cols);
  const [x, y, z] = [a.data, b.data, result.data];
  for (let i = 0; i < rows; i++) {
    const to = i * cols;
    let k = 0;
    for (; k + 3 < inner; k += 4) {
      const from = i * inner + k;
      const [x0, x1, x2, x3] = [x[from]!, x[from + 1]!, x[from + 2]!, x[from + 3]!];
      for (let j = 0, p = k * cols; j < cols; j++, p++) {
        z[to + j]! += x0 * y[p]! + x1 * y[p + cols]! + x2 * y[p + 2 * cols]! + x3 * y[p + 3 * cols]!;
      }
    }
    for (; k < inner; k++) {
      const x0 = x[i * inner + k]!;
      for (let j = 0, p = k * cols; j < cols; j++, p++) z[to + j]! += x0 * y[p]!;
    }
  }
  return result;
}
