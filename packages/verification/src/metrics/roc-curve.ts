// The receiver operating characteristic, exact: a point for every distinct score (Fawcett 2006, Pattern Recognition Letters 27, algorithm
// 1).
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

export interface RocCurve {
  /** Descending, from Infinity; a pair is accepted where its score ≥ threshold. */
  thresholds: Float64Array;
  /** FMR, also FAR and FPR: the share of pairs of two persons that are accepted. */
  falseMatchRate: Float64Array;
  /** TAR, also TPR and VAL: the share of pairs of one person that are accepted. */
  trueMatchRate: Float64Array;
}

/**
 * From (0, 0) to (1, 1); memory: 24 bytes for each distinct score.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @example
 * ```ts
 * import { rocCurve, sortScores } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * console.log(rocCurve(sorted).trueMatchRate);
 * ```
 * ```text
 * Float64Array(7) [
 *   0,
 *   0.3333333333333333,
 *   0.6666666666666666,
 *   0.6666666666666666,
 *   1,
 *   1,
 *   1
 * ]
 * ```
 */
export function rocCurve(sorted: SortedScores): RocCurve {
  const most = 1 + sorted.genuine.length + sorted.impostor.length;
  const curve = {
    thresholds: new Float64Array(most),
    falseMatchRate: new Float64Array(most),
    trueMatchRate: new Float64Array(most),
  };
  let points = 0;
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    curve.thresholds[points] = threshold;
    curve.falseMatchRate[points] = falseMatches / sorted.impostor.length;
    curve.trueMatchRate[points] = trueMatches / sorted.genuine.length;
    points++;
  });
  return {
    thresholds: curve.thresholds.slice(0, points),
    falseMatchRate: curve.falseMatchRate.slice(0, points),
    trueMatchRate: curve.trueMatchRate.slice(0, points),
  };
}
