// The threshold that classifies most pairs rightly: fitted to the pairs it is measured on, so its accuracy is an upper bound.
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

export interface BestThreshold {
  /** Accept scores ≥ threshold; the strictest of equally good ones. Infinity where accepting none is best. */
  threshold: number;
  accuracy: number;
}

/**
 * The threshold that classifies most pairs rightly, fitted to these very pairs: its accuracy is an upper bound, not a result.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @example
 * ```ts
 * import { bestThreshold, sortScores } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * console.log(bestThreshold(sorted));
 * ```
 * ```text
 * { threshold: 0.8, accuracy: 0.8333333333333334 }
 * ```
 */
export function bestThreshold(sorted: SortedScores): BestThreshold {
  const { genuine, impostor } = sorted;
  let best = { threshold: Infinity, right: -1 };
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    const right = trueMatches + impostor.length - falseMatches;
    if (right > best.right) best = { threshold, right };
  });
  return { threshold: best.threshold, accuracy: best.right / (genuine.length + impostor.length) };
}
