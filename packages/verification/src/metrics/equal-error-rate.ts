// Where the two kinds of error are equally frequent, on the ROC curve with its points joined by straight lines.
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

export interface EqualErrorRate {
  /** FMR = FNMR there, in [0, 1]. Between two points of the curve it is interpolated: no threshold need reach it. */
  rate: number;
  /** The threshold at which the two are closest, the stricter one of two. */
  threshold: number;
}

/**
 * The error rate at which false matches and false non-matches are equally frequent (EER), on the ROC curve with its points joined by lines.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @example
 * ```ts
 * import { equalErrorRate, sortScores } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * console.log(equalErrorRate(sorted));
 * ```
 * ```text
 * { rate: 0.3333333333333333, threshold: 0.6 }
 * ```
 */
export function equalErrorRate(sorted: SortedScores): EqualErrorRate {
  let found: EqualErrorRate | undefined;
  let last = { threshold: Infinity, falseMatchRate: 0, excess: -1 };
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    const falseMatchRate = falseMatches / sorted.impostor.length;
    const excess = falseMatchRate - (1 - trueMatches / sorted.genuine.length); // FMR − FNMR: −1 at first, 1 at last, rising
    if (!found && excess >= 0) {
      const share = last.excess / (last.excess - excess);
      found = {
        rate: last.falseMatchRate + share * (falseMatchRate - last.falseMatchRate),
        threshold: -last.excess <= excess ? last.threshold : threshold,
      };
    }
    last = { threshold, falseMatchRate, excess };
  });
  return found!;
}
