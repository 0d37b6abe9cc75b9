// Polar decomposition, by the SVD (Higham, Functions of Matrices, §8).
import { multiply } from '../matrix/product.js';
import { scaleColumns } from '../matrix/arithmetic.js';
import { transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { svd } from './svd.js';

export interface Polar {
  /** U Vᵀ, m × n: orthonormal columns (rows, where there are more columns than rows). The nearest such matrix to A. */
  Q: Matrix;
  /** V diag(s) Vᵀ, n × n: symmetric, positive semidefinite. */
  H: Matrix;
}

/**
 * A = Q H: the nearest orthonormal columns (rows, where there are more columns) and what is left, symmetric.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { polar } from '@lin/operator/linear-algebra';
 * const { Q, H } = polar([[0, -2], [3, 0]]);
 * console.log([...Q.data].map((x) => Math.round(x)), [...H.data].map((x) => Math.round(x)));
 * ```
 * ```text
 * [ 0, -1, 1, 0 ] [ 3, 0, 0, 2 ]
 * ```
 */
export function polar(a: MatrixLike): Polar {
  const { U, s, V } = svd(a);
  const Vt = transpose(V);
  return { Q: multiply(U, Vt), H: multiply(scaleColumns(V, s), Vt) };
}
