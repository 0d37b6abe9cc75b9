// Scores of pairs, sorted once for every figure that a threshold sweep gives.
import { VerificationError } from '../errors.js';

export interface PairScores {
  /** One for each pair; a higher one means more alike. */
  scores: ArrayLike<number>;
  /** Whether the pair is one person; truthy or not. */
  same: ArrayLike<boolean | number>;
}

/** Both ascending. */
export interface SortedScores {
  genuine: Float64Array;
  impostor: Float64Array;
}

/**
 * Sorts the scores of pairs by kind, once for every figure that a threshold sweep gives.
 * @throws VerificationError for lengths that differ, a score that is not finite, or where all pairs are of one kind.
 * @example
 * ```ts
 * import { sortScores } from '@lin/verification';
 * console.log(sortScores({ scores: [3, 1, 2], same: [true, false, true] }));
 * ```
 * ```text
 * { genuine: Float64Array(2) [ 2, 3 ], impostor: Float64Array(1) [ 1 ] }
 * ```
 */
export function sortScores({ scores, same }: PairScores): SortedScores {
  if (scores.length !== same.length)
    throw new VerificationError(
      `sortScores: there are ${scores.length} scores and ${same.length} flags; pass one flag for each score.`,
    );
  let count = 0;
  for (let i = 0; i < same.length; i++) if (same[i]) count++;
  const [genuine, impostor] = [new Float64Array(count), new Float64Array(same.length - count)];
  for (let i = 0, g = 0, j = 0; i < same.length; i++) {
    if (!Number.isFinite(scores[i]))
      throw new VerificationError(`sortScores: score ${i} is ${scores[i]}; expected a finite number.`);
    if (same[i]) genuine[g++] = scores[i]!;
    else impostor[j++] = scores[i]!;
  }
  return sortedScores(genuine, impostor);
}

/**
 * Sorts both in place.
 * @throws VerificationError where one is empty.
 * @example
 * ```ts
 * import { areaUnderCurve, sortedScores } from '@lin/verification';
 * console.log(areaUnderCurve(sortedScores(Float64Array.of(3, 2), Float64Array.of(1, 2))));
 * ```
 * ```text
 * 0.875
 * ```
 */
export function sortedScores(genuine: Float64Array, impostor: Float64Array): SortedScores {
  if (genuine.length === 0)
    throw new VerificationError('There is no pair of one person: no rate of matches can be measured.');
  if (impostor.length === 0)
    throw new VerificationError('There is no pair of two persons: no rate of false matches can be measured.');
  return { genuine: genuine.sort(), impostor: impostor.sort() };
}

/**
 * Every point of the exact ROC curve, from the strictest: accepting scores ≥ threshold gives so many true and false matches. The first
 * threshold is Infinity, which accepts none; then one for each distinct score, so that equal scores are accepted together.
 */
export function forEachThreshold(
  { genuine, impostor }: SortedScores,
  visit: (threshold: number, trueMatches: number, falseMatches: number) => void,
): void {
  visit(Infinity, 0, 0);
  let g = genuine.length;
  let i = impostor.length;
  while (g > 0 || i > 0) {
    const threshold = Math.max(g > 0 ? genuine[g - 1]! : -Infinity, i > 0 ? impostor[i - 1]! : -Infinity);
    while (g > 0 && genuine[g - 1] === threshold) g--;
    while (i > 0 && impostor[i - 1] === threshold) i--;
    visit(threshold, genuine.length - g, impostor.length - i);
  }
}
