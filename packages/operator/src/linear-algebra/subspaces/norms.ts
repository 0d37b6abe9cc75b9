// Norms that singular values give, and Frobenius's.
import { norm } from '../matrix/vectors.js';
import { singularValues } from '../decompositions/svd.js';
import { finite, normalised, restored } from '../matrix/checks.js';
import type { MatrixLike } from '../matrix/matrix.js';

/**
 * s₀: the largest gain of a vector's length.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { spectralNorm } from '@lin/operator/linear-algebra';
 * console.log(spectralNorm([[3, 0], [0, 4]]));
 * ```
 * ```text
 * 4
 * ```
 */
export function spectralNorm(a: MatrixLike): number {
  return singularValues(a)[0]!;
}

/**
 * Σ s, the sum of the singular values.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { nuclearNorm } from '@lin/operator/linear-algebra';
 * console.log(nuclearNorm([[3, 0], [0, 4]]));
 * ```
 * ```text
 * 7
 * ```
 */
export function nuclearNorm(a: MatrixLike): number {
  const { scaled, scale } = normalised(finite('nuclearNorm', a));
  const sum = singularValues(scaled).reduce((total, value) => total + value, 0);
  return restored('nuclearNorm', Float64Array.of(sum), scale)[0]!;
}

/**
 * √Σ a², the length of all entries as one vector.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { frobeniusNorm } from '@lin/operator/linear-algebra';
 * console.log(frobeniusNorm([[3, 0], [0, 4]]));
 * ```
 * ```text
 * 5
 * ```
 */
export function frobeniusNorm(a: MatrixLike): number {
  const { scaled, scale } = normalised(finite('frobeniusNorm', a));
  return restored('frobeniusNorm', Float64Array.of(norm(scaled.data)), scale)[0]!;
}
