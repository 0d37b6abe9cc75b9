// TAR at the point of the ROC curve whose FAR is nearest to a target: the rule of InsightFace's IJB tables.
import { proportion, type Proportion } from './proportion.js';
import { forEachThreshold, type SortedScores } from './sorted-scores.js';
import { unresolvedReason, type UnresolvedTarAtFar } from './tar-at-far.js';

export interface TarAtNearestFar {
  /** What was asked for. */
  far: number;
  /** Share of pairs of one person accepted at the nearest point, with its 95 % interval. */
  tar: Proportion;
  /** FAR of that point, which may lie above `far`. */
  measuredFar: number;
}

type Point = [trueMatches: number, falseMatches: number];

/**
 * scikit-learn's roc_curve leaves out points on the straight line between their neighbours, and the nearest is sought among those that are
 * left; of equally near ones the loosest is taken. null with the reason where fewer than 1/far pairs of two persons are there.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @example
 * ```ts
 * import { sortScores, tarAtNearestFar } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * for (const { far, tar } of tarAtNearestFar(sorted, [1 / 3, 1e-3])) console.log(far.toFixed(3), tar?.value ?? null);
 * ```
 * ```text
 * 0.333 1
 * 0.001 null
 * ```
 */
export function tarAtNearestFar(
  sorted: SortedScores,
  targets: readonly number[],
): (TarAtNearestFar | UnresolvedTarAtFar)[] {
  const [genuine, impostor] = [sorted.genuine.length, sorted.impostor.length];
  const nearest = targets.map((): { distance: number; point: Point } => ({ distance: Infinity, point: [0, 0] }));
  forEachCorner(sorted, (point) => {
    for (const [i, far] of targets.entries()) {
      const distance = Math.abs(point[1] / impostor - far);
      if (distance <= nearest[i]!.distance) nearest[i] = { distance, point };
    }
  });
  return targets.map((far, i) => {
    const reason = unresolvedReason(far, impostor);
    if (reason) return { far, tar: null, reason };
    const [trueMatches, falseMatches] = nearest[i]!.point;
    return { far, tar: proportion(trueMatches, genuine), measuredFar: falseMatches / impostor };
  });
}

/** The origin, the first and the last point, and those between at which the curve turns. */
function forEachCorner(sorted: SortedScores, visit: (point: Point) => void): void {
  visit([0, 0]);
  let before: Point | undefined;
  let last: Point | undefined;
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    if (threshold === Infinity) return;
    const isStraight =
      before && last && trueMatches - last[0] === last[0] - before[0] && falseMatches - last[1] === last[1] - before[1];
    if (last && !isStraight) visit(last);
    before = last;
    last = [trueMatches, falseMatches];
  });
  visit(last!);
}
