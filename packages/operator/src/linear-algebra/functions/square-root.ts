// The principal square root of a matrix, by its Schur form.
import { realOfConjugated } from '../decompositions/complex-schur.js';
import { svd } from '../decompositions/svd.js';
import { MatrixFunctionError, OperatorError } from '../../errors.js';
import { scaleColumns, subtract } from '../matrix/arithmetic.js';
import { asymmetryOf, finiteSquare, finiteSymmetric } from '../matrix/checks.js';
import { transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { solve } from '../solve/solve.js';
import { frobeniusNorm } from '../subspaces/norms.js';
import { rankOf, rcondOf, type RankOptions } from '../subspaces/rank.js';
import { ON_THE_CUT, principalSchur, refuse } from './principal-spectrum.js';
import { isSymmetric, ofSymmetric } from './symmetric.js';
import { triangularRoot } from './triangular-root.js';

/**
 * X with X X = A and eigenvalues in the right half-plane. Zero eigenvalues are allowed where they have eigenvectors of their own, as
 * those of a covariance and of a product of two have.
 * `rcond`: eigenvalues up to this times the largest count as zero; default n · 2⁻⁵². Of a covariance computed in float32: n · 2⁻²³.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws MatrixFunctionError for a negative real eigenvalue, or a zero one without its eigenvector. OperatorError unless A is finite
 * and square.
 * @example
 * ```ts
 * import { sqrtm, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(sqrtm([[4, 1], [0, 9]])));
 * ```
 * ```text
 * [ [ 2, 0.2 ], [ 0, 3 ] ]
 * ```
 */
export function sqrtm(a: MatrixLike, options: RankOptions = {}): Matrix {
  const A = finiteSquare('sqrtm', a);
  const rcond = rcondOf('sqrtm', options.rcond, A);
  if (isSymmetric(A)) return symmetricRoot(A, rcond);
  try {
    return schurRoot(A, options.rcond);
  } catch (error) {
    // Rounding has made a zero eigenvalue negative, or has taken its eigenvector.
    const root = error instanceof MatrixFunctionError && (nearlySymmetricRoot(A, rcond) ?? rankDeficientRoot(A, rcond));
    if (!root) throw error;
    return root;
  }
}

function symmetricRoot(A: Matrix, rcond: number): Matrix {
  const real = (value: number) =>
    value < 0 ? refuse('sqrtm', A.rows, { re: value, im: 0 }, ON_THE_CUT) : Math.sqrt(value);
  return ofSymmetric(A, real, rcond);
}

function schurRoot(A: Matrix, rcond?: number): Matrix {
  const { U, T } = principalSchur('sqrtm', A, { zeroAllowed: true, rcond });
  const triangular = triangularRoot(T, rcond);
  if (!triangular)
    refuse(
      'sqrtm',
      A.rows,
      { re: 0, im: 0 },
      'has fewer eigenvectors than its multiplicity: such a matrix has no square root of this kind.',
    );
  return realOfConjugated(U, triangular, multiply);
}

/** Of a matrix that is symmetric but for rounding, whose eigenvalues are known no better than that. */
function nearlySymmetricRoot(A: Matrix, rcond: number): Matrix | undefined {
  return tried(() => symmetricRoot(finiteSymmetric('sqrtm', A), Math.max(rcond, A.rows * asymmetryOf(A))));
}

/** How far above `rcond` rounding of a product may have lifted singular values that are zero. */
const LIFTED = [1, 10, 100, 1000];

/**
 * A = P Q with P and Q of A's rank has the root P (Q P)^(−1/2) Q, whose root in the middle has no zero eigenvalue. Undefined where A has
 * full rank, or where that one squared is not A.
 */
function rankDeficientRoot(A: Matrix, rcond: number): Matrix | undefined {
  const { U, s, V } = svd(A);
  for (const lifted of LIFTED) {
    const rank = rankOf(s, lifted * rcond);
    if (rank === 0) return zeros(A.rows, A.rows);
    if (rank === A.rows) continue;
    const P = columnsOf(U, 0, rank);
    const Q = transpose(scaleColumns(columnsOf(V, 0, rank), s));
    const root = tried(() => multiply(P, solve(schurRoot(multiply(Q, P), rcond), Q)));
    if (root && frobeniusNorm(subtract(multiply(root, root), A)) <= 10 * lifted * rcond * frobeniusNorm(A)) return root;
  }
  return undefined;
}

function tried(attempt: () => Matrix): Matrix | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
