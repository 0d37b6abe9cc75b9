// Rank and condition number, by singular values.
import { OperatorError } from '../../errors.js';
import { singularValues } from '../decompositions/svd.js';
import { finite, normalised } from '../matrix/checks.js';
import type { MatrixLike } from '../matrix/matrix.js';

export interface RankOptions {
  /** Singular values up to this times the largest count as zero. Default: max(m, n) · 2⁻⁵², what rounding of float64 entries can make. */
  rcond?: number;
}

/** max(m, n) · 2⁻⁵² */
export function defaultRcond(a: { rows: number; cols: number }): number {
  return Math.max(a.rows, a.cols) * Number.EPSILON;
}

/** `rcond` as it is given, or its default. @throws OperatorError unless it is a number from 0 to 1. */
export function rcondOf(operation: string, rcond: number | undefined, a: { rows: number; cols: number }): number {
  if (rcond === undefined) return defaultRcond(a);
  if (!(rcond >= 0 && rcond <= 1))
    throw new OperatorError(`${operation}: rcond is ${rcond}; expected a number from 0 to 1.`);
  return rcond;
}

/**
 * How many singular values are above `rcond` times the first; they fall from the largest on.
 * @param s Singular values, largest first.
 * @example
 * ```ts
 * import { rankOf, singularValues } from '@lin/operator/linear-algebra';
 * console.log(rankOf(singularValues([[1, 0], [0, 1e-9]]), 1e-6));
 * ```
 * ```text
 * 1
 * ```
 */
export function rankOf(s: Float64Array, rcond: number): number {
  return s.filter((value) => value > rcond * s[0]!).length;
}

/**
 * The largest singular value over the last of the first `rank`; 1 for rank 0.
 * @param s Singular values, largest first.
 * @param rank How many of them count.
 * @example
 * ```ts
 * import { conditionOf, singularValues } from '@lin/operator/linear-algebra';
 * console.log(conditionOf(singularValues([[4, 0], [0, 2]]), 2));
 * ```
 * ```text
 * 2
 * ```
 */
export function conditionOf(s: Float64Array, rank: number): number {
  return rank > 0 ? s[0]! / s[rank - 1]! : 1;
}

/**
 * How many singular values are above `rcond` times the largest.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { rank } from '@lin/operator/linear-algebra';
 * console.log(rank([[1, 2], [2, 4]]), rank([[1, 0], [0, 1e-9]]), rank([[1, 0], [0, 1e-9]], { rcond: 1e-6 }));
 * ```
 * ```text
 * 1 2 1
 * ```
 */
export function rank(a: MatrixLike, { rcond }: RankOptions = {}): number {
  const matrix = finite('rank', a);
  return rankOf(singularValues(normalised(matrix).scaled), rcondOf('rank', rcond, matrix));
}

/**
 * s₀ / s_r, r = min(m, n): how much larger a relative error may become. Infinity where a singular value is 0.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { conditionNumber } from '@lin/operator/linear-algebra';
 * console.log(conditionNumber([[4, 0], [0, 2]]), conditionNumber([[1, 1], [0, 0]]));
 * ```
 * ```text
 * 2 Infinity
 * ```
 */
export function conditionNumber(a: MatrixLike): number {
  const s = singularValues(normalised(finite('conditionNumber', a)).scaled);
  return s.at(-1) === 0 ? Infinity : s[0]! / s.at(-1)!;
}
