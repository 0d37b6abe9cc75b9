// VAL@FAR (FaceNet, arXiv 1503.03832, section 4): the share of pairs of one person accepted by the threshold that gives a FAR on the other
// nine folds.
import { VerificationError } from '../errors.js';
import { meanAndStd } from './fold-accuracy.js';
import { countFolds, foldBounds, withoutFold, type GridCounts, type PairDistances } from './threshold-grid.js';

export type ValidationRate = MeasuredValidationRate | { far: number; val: null; reason: string };

export interface MeasuredValidationRate {
  /** What was asked for. */
  far: number;
  /** Mean of the folds' validation rates. */
  val: number;
  /** Population standard deviation over the folds. */
  std: number;
  /** Mean of the FARs that the thresholds reach on the folds they were not chosen on. */
  measuredFar: number;
}

const STEP = 0.001;

/**
 * Thresholds 0, 0.001, … 3.999, interpolated. InsightFace interpolates with scipy over FARs that repeat, which older versions leave open
 * and newer ones refuse; here the line runs from the last threshold whose FAR is at most `far` to the one after it, as numpy's interp has
 * it.
 * @throws VerificationError for fewer than ten pairs, lengths that differ, a distance that is no number, or unless 0 < far < 1.
 * @example
 * ```ts
 * import { validationRate } from '@lin/verification';
 * const same = Array.from({ length: 20 }, (_, pair) => pair % 2 === 0);
 * const distances = same.map((isSame, pair) => (isSame ? 0.5 : 1.5) + 0.01 * pair);
 * console.log(validationRate({ distances, same }, 0.2));
 * console.log(validationRate({ distances, same }));
 * ```
 * ```text
 * { far: 0.2, val: 1, std: 0, measuredFar: 0.2 }
 * {
 *   far: 0.001,
 *   val: null,
 *   reason: '9 pairs of two persons in nine folds resolve no FAR below 1.1e-1'
 * }
 * ```
 */
export function validationRate(pairs: PairDistances, far = 1e-3): ValidationRate {
  if (!(far > 0 && far < 1))
    throw new VerificationError(`validationRate: far is ${far}; expected a number between 0 and 1.`);
  const folds = countFolds(pairs, STEP);
  const others = folds.map((_, fold) => withoutFold(folds, fold));
  const fewest = Math.min(...others.map(({ different }) => different));
  if (fewest * far < 1)
    return {
      far,
      val: null,
      reason: `${fewest} pairs of two persons in nine folds resolve no FAR below ${(1 / fewest).toExponential(1)}`,
    };
  const lacking = folds.findIndex(({ same, different }) => same === 0 || different === 0);
  if (lacking !== -1)
    return {
      far,
      val: null,
      reason: `fold ${lacking} has no pair of ${folds[lacking]!.same === 0 ? 'one person' : 'two persons'}`,
    };

  const bounds = foldBounds(pairs.distances.length);
  const rates = folds.map(({ same, different }, fold) => {
    const threshold = thresholdAt(far, others[fold]!);
    const accepted = { same: 0, different: 0 };
    for (let pair = bounds[fold]!; pair < bounds[fold + 1]!; pair++) {
      if (pairs.distances[pair]! < threshold) accepted[pairs.same[pair] ? 'same' : 'different']++;
    }
    return { val: accepted.same / same, far: accepted.different / different };
  });
  const { mean, std } = meanAndStd(rates.map(({ val }) => val));
  return { far, val: mean, std, measuredFar: meanAndStd(rates.map(({ far }) => far)).mean };
}

/** 0, which accepts nothing, where even the largest threshold's FAR is below `far`: InsightFace's rule. */
function thresholdAt(far: number, { different, acceptedDifferent }: GridCounts): number {
  const farAt = (i: number) => acceptedDifferent[i]! / different;
  const last = acceptedDifferent.length - 1;
  if (farAt(last) < far) return 0;
  let i = last;
  while (farAt(i) > far) i--;
  if (i === last) return i * STEP;
  const slope = ((i + 1) * STEP - i * STEP) / (farAt(i + 1) - farAt(i));
  return slope * (far - farAt(i)) + i * STEP;
}
