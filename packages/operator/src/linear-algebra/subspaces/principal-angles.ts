// Angles between two subspaces: cosines where angles are large, sines where they are small, so that both kinds keep their digits
// (Björck & Golub 1973; Knyazev & Argentati 2002).
import { svd } from '../decompositions/svd.js';
import { OperatorError } from '../../errors.js';
import { subtract } from '../matrix/arithmetic.js';
import { asMatrix, transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { range } from './four-subspaces.js';

export interface PrincipalAngles {
  /** Radians in [0, π/2], rising; one for each dimension of the smaller subspace. */
  angles: Float64Array;
  /** Column k lies in the first subspace, and is at angles[k] to column k of `second`. */
  first: Matrix;
  second: Matrix;
}

/**
 * The angles between the spans of the columns of `a` and of `b`, which need not be orthonormal or independent.
 * @param a n × p: columns that span the first subspace.
 * @param b n × q: those of the second.
 * @throws OperatorError where the columns have different lengths, span only {0}, or are not finite.
 * @example
 * ```ts
 * import { principalAngles } from '@lin/operator/linear-algebra';
 * const { angles } = principalAngles([[1, 0], [0, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]]);
 * console.log([...angles].map((angle) => ((angle * 180) / Math.PI).toFixed(3)));
 * ```
 * ```text
 * [ '0.000', '45.000' ]
 * ```
 */
export function principalAngles(a: MatrixLike, b: MatrixLike): PrincipalAngles {
  const [x, y] = [asMatrix(a), asMatrix(b)];
  if (x.rows !== y.rows)
    throw new OperatorError(
      `principalAngles: columns of length ${x.rows} and ${y.rows}; both subspaces must lie in one space.`,
    );
  const [p, q] = [range(x), range(y)];
  if (!p || !q) throw new OperatorError('principalAngles: the columns are all zero; a subspace {0} has no angles.');
  if (p.cols < q.cols) {
    const { angles, first, second } = principalAngles(q, p);
    return { angles, first: second, second: first };
  }
  const { U, s: cosines, V } = svd(multiply(transpose(p), q)); // p has no fewer columns
  const [first, second] = [multiply(p, U), multiply(q, V)];
  // What of each vector of `second` lies outside the first subspace has the sine of its angle as length.
  const outside = subtract(second, multiply(p, multiply(transpose(p), second)));
  const { s: sines } = svd(outside);
  const n = cosines.length;
  const angles = Float64Array.from(cosines, (cosine, k) =>
    cosine ** 2 < 0.5 ? Math.acos(Math.max(0, cosine)) : Math.asin(Math.min(1, sines[n - 1 - k]!)),
  );
  return { angles, first, second };
}
