// The Moore–Penrose pseudo-inverse and how far it can be trusted (Golub & Van Loan, §5.5.2).
import { svd } from '../decompositions/svd.js';
import { scale, scaleColumns, subtract } from '../matrix/arithmetic.js';
import { finite, normalised, withoutOverflow } from '../matrix/checks.js';
import { transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { frobeniusNorm } from '../subspaces/norms.js';
import { conditionOf, defaultRcond, rankOf, rcondOf, type RankOptions } from '../subspaces/rank.js';

export interface PseudoInverse {
  /** A⁺, n × m. */
  matrix: Matrix;
  /** Singular values that count. */
  rank: number;
  /** The largest over the smallest that counts; 1 for zero. */
  condition: number;
  /** The largest singular value that was taken for zero, over the largest of all. */
  dropped: number;
  /** Measured: the worst of Penrose's four conditions, each relative to its matrix (Frobenius). */
  residual: number;
  /** An estimate of |computed − A⁺| / |A⁺|: max(m, n) · 2⁻⁵³ · condition, what rounding of A's entries makes. */
  error: number;
}

/**
 * A⁺ = V diag(1/s) Uᵀ over the singular values above `rcond` times the largest, and how far it can be trusted; of zero, zero.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite, or where A⁺ has entries above 1.8e308.
 * @example
 * ```ts
 * import { pseudoInverse } from '@lin/operator/linear-algebra';
 * const { matrix, rank, dropped } = pseudoInverse([[2, 0], [0, 1e-9]], { rcond: 1e-6 });
 * console.log([...matrix.data], rank, dropped);
 * ```
 * ```text
 * [ 0.5, 0, 0, 0 ] 1 5e-10
 * ```
 */
export function pseudoInverse(a: MatrixLike, { rcond }: RankOptions = {}): PseudoInverse {
  const { scaled: A, scale: unit } = normalised(finite('pseudoInverse', a));
  const { U, s, V } = svd(A);
  const rank = rankOf(s, rcondOf('pseudoInverse', rcond, A));
  const dropped = rank < s.length && s[0]! > 0 ? s[rank]! / s[0]! : 0;
  if (rank === 0) return { matrix: zeros(A.cols, A.rows), rank, condition: 1, dropped, residual: 0, error: 0 };
  const reciprocals = s.subarray(0, rank).map((value) => 1 / value);
  const X = multiply(scaleColumns(columnsOf(V, 0, rank), reciprocals), transpose(columnsOf(U, 0, rank)));
  const condition = conditionOf(s, rank);
  return {
    matrix: withoutOverflow('pseudoInverse', scale(X, 1 / unit)),
    rank,
    condition,
    dropped,
    residual: penroseResidual(A, X),
    error: (defaultRcond(A) / 2) * condition,
  };
}

/** A X A = A, X A X = X, A X and X A symmetric: the largest relative violation. */
function penroseResidual(A: Matrix, X: Matrix): number {
  const [AX, XA] = [multiply(A, X), multiply(X, A)];
  const relative = (left: Matrix, right: Matrix) => frobeniusNorm(subtract(left, right)) / frobeniusNorm(right);
  return Math.max(
    relative(multiply(AX, A), A),
    relative(multiply(XA, X), X),
    relative(transpose(AX), AX),
    relative(transpose(XA), XA),
  );
}
