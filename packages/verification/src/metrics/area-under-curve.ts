// The area under the ROC curve as the Mann–Whitney statistic (Hanley and McNeil 1982, Radiology 143).
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

/**
 * The probability that a pair of one person scores higher than one of two persons, a tie counting ½. Exact: whole numbers up to the
 * division.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @example
 * ```ts
 * import { areaUnderCurve, sortScores } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * console.log(areaUnderCurve(sorted));
 * ```
 * ```text
 * 0.8888888888888888
 * ```
 */
export function areaUnderCurve(sorted: SortedScores): number {
  let [doubledWins, lastTrue, lastFalse] = [0, 0, 0];
  forEachThreshold(sorted, (_, trueMatches, falseMatches) => {
    doubledWins += (falseMatches - lastFalse) * (trueMatches + lastTrue);
    [lastTrue, lastFalse] = [trueMatches, falseMatches];
  });
  return doubledWins / (2 * sorted.genuine.length * sorted.impostor.length);
}

/**
 * The same of two samples in any order: the probability that one of the first is larger. NaN where a sample is empty or has a NaN.
 * @example
 * ```ts
 * import { areaUnderCurveOf } from '@lin/verification';
 * console.log(areaUnderCurveOf([2, 3], [1, 2]));
 * ```
 * ```text
 * 0.875
 * ```
 */
export function areaUnderCurveOf(larger: ArrayLike<number>, smaller: ArrayLike<number>): number {
  const [genuine, impostor] = [Float64Array.from(larger).sort(), Float64Array.from(smaller).sort()];
  if (Number.isNaN(genuine.at(-1)) || Number.isNaN(impostor.at(-1))) return NaN; // sorted to the end
  return areaUnderCurve({ genuine, impostor });
}
