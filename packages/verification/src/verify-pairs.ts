// Everything that is measured on pairs of faces, from their embeddings.
import { VerificationError } from './errors.js';
import { foldAccuracy, type FoldAccuracy } from './folds/fold-accuracy.js';
import { validationRate, type ValidationRate } from './folds/validation-rate.js';
import { areaUnderCurve } from './metrics/area-under-curve.js';
import { bestThreshold, type BestThreshold } from './metrics/best-threshold.js';
import { equalErrorRate, type EqualErrorRate } from './metrics/equal-error-rate.js';
import { sortScores } from './metrics/sorted-scores.js';
import { tarAtFar, type TarAtFar } from './metrics/tar-at-far.js';
import { pairDistances, unitEmbeddings } from './unit-embeddings.js';

export interface VerifyPairsOptions {
  /** [2n, d], of any length: rows 2i and 2i + 1 are pair i. */
  embeddings: Float32Array | Float64Array;
  /** [n]: whether the pair is one person. */
  same: ArrayLike<boolean | number>;
}

/** Every threshold in it is a squared distance of unit embeddings, 2 − 2 cosine: a pair is accepted at or below it. */
export interface VerificationReport {
  pairs: number;
  /** Pairs of one person. */
  genuine: number;
  /** Pairs of two. */
  impostor: number;
  /** LFW's protocol: its thresholds accept below, not at them. */
  accuracy: FoldAccuracy;
  /** VAL at FAR 10⁻³. */
  validation: ValidationRate;
  areaUnderCurve: number;
  equalError: EqualErrorRate;
  /** Fitted to these very pairs. */
  best: BestThreshold;
  /** At FAR 10⁻¹ … 10⁻⁶. */
  tarAtFar: TarAtFar[];
}

const FAR_TARGETS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;

/**
 * Everything that is measured on pairs of faces, from their embeddings: LFW's protocol of ten folds (Huang et al. 2007,
 * http://vis-www.cs.umass.edu/lfw/) as InsightFace computes it (Deng et al. 2019, https://arxiv.org/abs/1801.07698), and the exact ROC
 * curve's figures, in float64.
 * @throws VerificationError for lengths that do not fit, embeddings that are not finite, fewer than ten pairs, or pairs of one kind only.
 * @example
 * ```ts
 * import { verifyPairs } from '@lin/verification';
 * const same = Array.from({ length: 20 }, (_, pair) => pair % 2 === 0);
 * const embeddings = Float64Array.from(same.flatMap((isSame) => [1, 0, isSame ? 0.9 : 0, isSame ? 0.1 : 1]));
 * const { accuracy, areaUnderCurve, equalError } = verifyPairs({ embeddings, same });
 * console.log(accuracy.mean, areaUnderCurve, equalError.rate);
 * ```
 * ```text
 * 1 1 0
 * ```
 */
export function verifyPairs({ embeddings, same }: VerifyPairsOptions): VerificationReport {
  const size = embeddings.length / (2 * same.length);
  if (!(Number.isInteger(size) && size > 0)) {
    throw new VerificationError(
      `verifyPairs: ${embeddings.length} numbers are not two embeddings for each of ${same.length} pairs.`,
    );
  }
  const distances = pairDistances(unitEmbeddings(embeddings, size), size);
  const sorted = sortScores({ scores: distances.map((distance) => -distance), same });
  return {
    pairs: same.length,
    genuine: sorted.genuine.length,
    impostor: sorted.impostor.length,
    accuracy: foldAccuracy({ distances, same }),
    validation: validationRate({ distances, same }),
    areaUnderCurve: areaUnderCurve(sorted),
    equalError: asDistance(equalErrorRate(sorted)),
    best: asDistance(bestThreshold(sorted)),
    tarAtFar: FAR_TARGETS.map((far) => tarAtFar(sorted, far)).map((rate) =>
      rate.tar === null ? rate : asDistance(rate),
    ),
  };
}

const asDistance = <T extends { threshold: number }>(measured: T): T => ({
  ...measured,
  threshold: 0 - measured.threshold,
});
