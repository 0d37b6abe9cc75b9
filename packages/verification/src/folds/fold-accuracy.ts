// The accuracy that papers report on LFW, CFP-FP and AgeDB-30: ten folds, each classified by the threshold that is best on the other nine
// (InsightFace's verification.py).
import { countFolds, withoutFold, type PairDistances } from './threshold-grid.js';

export interface FoldAccuracy {
  /** Mean over the folds, in [0, 1]. */
  mean: number;
  /** Population standard deviation over the folds. */
  std: number;
  /** Accuracy of each fold. */
  folds: number[];
  /** The squared distance below which each fold's pairs were taken for one person. */
  thresholds: number[];
}

const STEP = 0.01;

/**
 * Thresholds 0, 0.01, … 3.99; a pair is accepted where its distance is below, not at, the threshold; of equally good thresholds the
 * smallest is taken.
 * @throws VerificationError for fewer than ten pairs, lengths that differ, or a distance that is no number.
 * @example
 * ```ts
 * import { foldAccuracy } from '@lin/verification';
 * const same = Array.from({ length: 20 }, (_, pair) => pair % 2 === 0);
 * const distances = same.map((isSame, pair) => (isSame ? 0.5 : 1.5) + 0.01 * pair);
 * const { mean, std, thresholds } = foldAccuracy({ distances, same });
 * console.log(mean, std, thresholds[0]);
 * ```
 * ```text
 * 0.95 0.15 0.68
 * ```
 */
export function foldAccuracy(pairs: PairDistances): FoldAccuracy {
  const counted = countFolds(pairs, STEP);
  const results = counted.map(({ same, different, acceptedSame, acceptedDifferent }, fold) => {
    const others = withoutFold(counted, fold);
    const right = others.acceptedSame.map((count, i) => count - others.acceptedDifferent[i]!);
    const best = right.reduce((best, value, i) => (value > right[best]! ? i : best), 0);
    return {
      threshold: best * STEP,
      accuracy: (acceptedSame[best]! + different - acceptedDifferent[best]!) / (same + different),
    };
  });
  const folds = results.map(({ accuracy }) => accuracy);
  return { ...meanAndStd(folds), folds, thresholds: results.map(({ threshold }) => threshold) };
}

export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}
