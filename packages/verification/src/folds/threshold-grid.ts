// Counts of pairs below each threshold of a grid, fold by fold: what InsightFace's verification.py counts pair by pair and threshold by
// threshold.
import { VerificationError } from '../errors.js';

export interface PairDistances {
  /** Squared Euclidean distances of unit embeddings, one for each pair, in [0, 4]. */
  distances: ArrayLike<number>;
  /** Whether the pair is one person; truthy or not. */
  same: ArrayLike<boolean | number>;
}

/** Of one fold, or of several together. */
export interface GridCounts {
  same: number;
  different: number;
  /** acceptedSame[i]: pairs of one person whose distance is below, not at, i · step. */
  acceptedSame: Float64Array;
  acceptedDifferent: Float64Array;
}

export const FOLDS = 10;
/** Thresholds run from 0 up to here, exclusive: no two unit vectors are farther apart. */
const LARGEST_DISTANCE = 4;

/** Where each of the ten contiguous folds begins, and the end: sizes differ by one at most, larger ones first (scikit-learn's KFold). */
export function foldBounds(pairs: number): number[] {
  if (pairs < FOLDS) throw new VerificationError(`There are ${pairs} pairs; ${FOLDS} folds need at least ${FOLDS}.`);
  const [size, larger] = [Math.floor(pairs / FOLDS), pairs % FOLDS];
  return Array.from({ length: FOLDS + 1 }, (_, fold) => fold * size + Math.min(fold, larger));
}

/** @throws VerificationError for fewer than ten pairs, lengths that differ, or a distance that is no number. */
export function countFolds({ distances, same }: PairDistances, step: number): GridCounts[] {
  if (distances.length !== same.length)
    throw new VerificationError(
      `There are ${distances.length} distances and ${same.length} flags; pass one flag for each distance.`,
    );
  const bounds = foldBounds(distances.length);
  const thresholds = Math.round(LARGEST_DISTANCE / step);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const counts = emptyCounts(thresholds);
    for (let pair = bounds[fold]!; pair < bounds[fold + 1]!; pair++) {
      const first = firstAbove(distances[pair]!, step, pair);
      if (same[pair]) counts.same++;
      else counts.different++;
      if (first < thresholds) (same[pair] ? counts.acceptedSame : counts.acceptedDifferent)[first]!++;
    }
    for (let i = 1; i < thresholds; i++) {
      counts.acceptedSame[i]! += counts.acceptedSame[i - 1]!;
      counts.acceptedDifferent[i]! += counts.acceptedDifferent[i - 1]!;
    }
    return counts;
  });
}

/** All folds but one together. */
export function withoutFold(folds: readonly GridCounts[], left: number): GridCounts {
  const total = emptyCounts(folds[0]!.acceptedSame.length);
  for (const fold of folds.filter((_, i) => i !== left)) {
    total.same += fold.same;
    total.different += fold.different;
    fold.acceptedSame.forEach((count, i) => (total.acceptedSame[i]! += count));
    fold.acceptedDifferent.forEach((count, i) => (total.acceptedDifferent[i]! += count));
  }
  return total;
}

const emptyCounts = (thresholds: number): GridCounts => ({
  same: 0,
  different: 0,
  acceptedSame: new Float64Array(thresholds),
  acceptedDifferent: new Float64Array(thresholds),
});

/** The least i with distance < i · step, in the very products that numpy's arange gives. */
function firstAbove(distance: number, step: number, pair: number): number {
  if (!(distance >= 0))
    throw new VerificationError(`The distance of pair ${pair} is ${distance}; expected a number of at least 0.`);
  let i = Math.floor(distance / step);
  while (i > 0 && distance < (i - 1) * step) i--;
  while (distance >= i * step) i++;
  return i;
}
