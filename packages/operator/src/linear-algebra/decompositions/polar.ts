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

/** A = Q H. @throws OperatorError when an entry is not finite. */
export function polar(a: MatrixLike): Polar {
  const { U, s, V } = svd(a);
  const Vt = transpose(V);
  return { Q: multiply(U, Vt), H: multiply(scaleColumns(V, s), Vt) };
}
