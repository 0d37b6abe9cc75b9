// The orthogonal Procrustes problem (Schönemann 1966; Golub & Van Loan, §6.4.1).
import { svd } from '../decompositions/svd.js';
import { OperatorError } from '../../errors.js';
import { scale as scaled, subtract } from '../matrix/arithmetic.js';
import { normalised, restored } from '../matrix/checks.js';
import { asMatrix, transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { frobeniusNorm } from '../subspaces/norms.js';

export interface Procrustes {
  /** Orthogonal, n × n. A reflection where that is nearer than any rotation. */
  Q: Matrix;
  /** |A Q − B|, Frobenius. */
  residual: number;
  /** The factor c that makes |c A Q − B| least; 0 where A is zero. */
  scale: number;
}

/**
 * min |A Q − B| over orthogonal Q. Rows of A and B, both m × n, are points.
 * @param a m × n, a point in each row.
 * @param b m × n, where each should come to lie.
 * @throws OperatorError where the sizes differ, or when an entry is not finite.
 * @example
 * ```ts
 * import { procrustes } from '@lin/operator/linear-algebra';
 * const { Q, residual, scale } = procrustes([[1, 0], [0, 1]], [[0, 2], [-2, 0]]); // a quarter turn, twice as long
 * console.log([...Q.data].map((x) => Math.round(x)), residual.toFixed(6), scale.toFixed(6));
 * ```
 * ```text
 * [ 0, 1, -1, 0 ] 1.414214 2.000000
 * ```
 */
export function procrustes(a: MatrixLike, b: MatrixLike): Procrustes {
  const [A, B] = [asMatrix(a), asMatrix(b)];
  if (A.rows !== B.rows || A.cols !== B.cols)
    throw new OperatorError(`procrustes: A is ${A.rows}×${A.cols} and B ${B.rows}×${B.cols}; the sizes must be equal.`);
  const [a1, b1] = [normalised(A), normalised(B)]; // products of tiny entries would vanish, of huge ones overflow
  const { U, s, V } = svd(multiply(transpose(a1.scaled), b1.scaled));
  const Q = multiply(U, transpose(V));
  const length = frobeniusNorm(a1.scaled);
  return {
    Q,
    residual: residualOf(A, Q, B, Math.max(a1.scale, b1.scale)),
    scale: length === 0 ? 0 : (s.reduce((sum, value) => sum + value, 0) / length ** 2) * (b1.scale / a1.scale),
  };
}

/** |A Q − B|, computed in a unit in which it does not overflow. */
function residualOf(A: Matrix, Q: Matrix, B: Matrix, unit: number): number {
  const rest = subtract(multiply(scaled(A, 1 / unit), Q), scaled(B, 1 / unit));
  return restored('procrustes', Float64Array.of(frobeniusNorm(rest)), unit)[0]!;
}
