// The principal square root of a matrix, by its Schur form.
import { realOfConjugated } from '../decompositions/complex-schur.js';
import { finiteSquare } from '../matrix/checks.js';
import type { Matrix, MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { ON_THE_CUT, principalSchur, refuse } from './principal-spectrum.js';
import { isSymmetric, ofSymmetric } from './symmetric.js';
import { triangularRoot } from './triangular-root.js';

/**
 * X with X X = A and eigenvalues in the right half-plane. Zero eigenvalues are allowed where they have as many eigenvectors.
 * @throws MatrixFunctionError for a negative real eigenvalue, or a zero one without its eigenvector. OperatorError unless A is finite and
 * square.
 */
export function sqrtm(a: MatrixLike): Matrix {
  const A = finiteSquare('sqrtm', a);
  if (isSymmetric(A)) {
    const real = (value: number) =>
      value < 0 ? refuse('sqrtm', A.rows, { re: value, im: 0 }, ON_THE_CUT) : Math.sqrt(value);
    return ofSymmetric(A, real);
  }
  const { U, T } = principalSchur('sqrtm', A, { zeroAllowed: true });
  const triangular = triangularRoot(T);
  if (!triangular)
    refuse(
      'sqrtm',
      A.rows,
      { re: 0, im: 0 },
      'has fewer eigenvectors than its multiplicity: such a matrix has no square root of this kind.',
    );
  return realOfConjugated(U, triangular, multiply);
}
