// TAR at a given FAR, which is also 1 − FNMR at a given FMR, on the exact ROC curve.
import { VerificationError } from '../errors.js';
import { proportion, type Proportion } from './proportion.js';
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

export type TarAtFar = MeasuredTarAtFar | UnresolvedTarAtFar;

export interface MeasuredTarAtFar {
  /** What was asked for. */
  far: number;
  /** Accept scores ≥ threshold. */
  threshold: number;
  /** Share of pairs of one person that are accepted there, with its 95 % interval. */
  tar: Proportion;
  /** 1 − tar. */
  fnmr: Proportion;
  /** Share of pairs of two persons that are accepted there: at most `far`. */
  measuredFar: Proportion;
}

export interface UnresolvedTarAtFar {
  far: number;
  tar: null;
  /** Why the pairs cannot tell. */
  reason: string;
}

/**
 * The loosest threshold whose FAR is at most `far`; no interpolation. Fewer than 1/`far` pairs of two persons cannot tell, since their
 * FAR is then zero or above `far`.
 * @param sorted Of `sortScores` or `sortedScores`.
 * @throws VerificationError unless 0 < far ≤ 1.
 * @example
 * ```ts
 * import { sortScores, tarAtFar } from '@lin/verification';
 * const sorted = sortScores({ scores: [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], same: [true, true, true, false, false, false] });
 * const { tar, threshold } = tarAtFar(sorted, 1 / 3) as { tar: { value: number }; threshold: number };
 * console.log(tar.value, threshold);
 * console.log(tarAtFar(sorted, 1e-3));
 * ```
 * ```text
 * 1 0.4
 * {
 *   far: 0.001,
 *   tar: null,
 *   reason: '3 pairs of two persons resolve no FAR below 3.3e-1'
 * }
 * ```
 */
export function tarAtFar(sorted: SortedScores, far: number): TarAtFar {
  if (!(far > 0 && far <= 1))
    throw new VerificationError(`tarAtFar: far is ${far}; expected a number above 0, up to 1.`);
  const [genuine, impostor] = [sorted.genuine.length, sorted.impostor.length];
  const reason = unresolvedReason(far, impostor);
  if (reason) return { far, tar: null, reason };
  let best = { threshold: Infinity, trueMatches: 0, falseMatches: 0 };
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    if (falseMatches / impostor <= far) best = { threshold, trueMatches, falseMatches };
  });
  return {
    far,
    threshold: best.threshold,
    tar: proportion(best.trueMatches, genuine),
    fnmr: proportion(genuine - best.trueMatches, genuine),
    measuredFar: proportion(best.falseMatches, impostor),
  };
}

export function unresolvedReason(far: number, impostor: number): string | undefined {
  return 1 / impostor > far
    ? `${impostor} pairs of two persons resolve no FAR below ${(1 / impostor).toExponential(1)}`
    : undefined;
}
