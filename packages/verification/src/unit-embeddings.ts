// Embeddings as the protocols take them: rows of unit length in float64, and the squared distances of their pairs.
import { VerificationError } from './errors.js';

/**
 * [n · size] → rows of unit Euclidean length; a row of zeros stays one, as scikit-learn's normalize has it.
 * @throws VerificationError for a number that is not finite, which would pass every comparison.
 * @example
 * ```ts
 * import { unitEmbeddings } from '@lin/verification';
 * console.log(unitEmbeddings([3, 4, 0, 2], 2));
 * ```
 * ```text
 * Float64Array(4) [ 0.6, 0.8, 0, 1 ]
 * ```
 */
export function unitEmbeddings(embeddings: ArrayLike<number>, size: number): Float64Array {
  const unit = Float64Array.from(embeddings);
  for (let start = 0; start < unit.length; start += size) {
    const row = unit.subarray(start, start + size);
    const norm = euclideanNorm(row);
    if (!Number.isFinite(norm))
      throw new VerificationError(
        `Embedding ${start / size} has length ${norm}; expected finite numbers. The model is damaged, or has diverged.`,
      );
    if (norm > 0) for (let i = 0; i < size; i++) row[i]! /= norm;
  }
  return unit;
}

/**
 * [2n · size] → [n]: of rows 2i and 2i + 1.
 * @example
 * ```ts
 * import { pairDistances, unitEmbeddings } from '@lin/verification';
 * console.log(pairDistances(unitEmbeddings([1, 0, 2, 0, 1, 0, 0, 5], 2), 2));
 * ```
 * ```text
 * Float64Array(2) [ 0, 2 ]
 * ```
 */
export function pairDistances(unit: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: unit.length / size / 2 }, (_, pair) => {
    let sum = 0;
    for (let i = 2 * pair * size, j = i + size; j < (2 * pair + 2) * size; i++, j++) sum += (unit[i]! - unit[j]!) ** 2;
    return sum;
  });
}

/**
 * √Σxᵢ².
 * @example
 * ```ts
 * import { euclideanNorm } from '@lin/verification';
 * console.log(euclideanNorm([3, 4]));
 * ```
 * ```text
 * 5
 * ```
 */
export function euclideanNorm(row: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! ** 2;
  return Math.sqrt(sum);
}
