// Relations instead of points: pairwise similarities of a batch (Tung & Mori 2019, "Similarity-preserving knowledge distillation",
// https://arxiv.org/abs/1907.09682; Park et al. 2019, "Relational knowledge distillation", https://arxiv.org/abs/1904.05068).
import * as tf from '@tensorflow/tfjs-core';
import { l2Normalise } from './unit-sphere.js';

/**
 * Similarity-preserving distillation (Tung, Mori 2019, https://arxiv.org/abs/1907.09682, of cosines): the mean over all pairs of the batch
 * of (cos(pᵢ, pⱼ) − cos(tᵢ, tⱼ))². It does not change where all embeddings are rotated together, so it is to stand beside a loss that says
 * where they lie.
 * @param prediction [B, d], of any lengths.
 * @param target [B, e], of any lengths; e may be another dimension than d.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { relationalLoss } from '@lin/train';
 *
 * const target = tf.tensor2d([[1, 0], [0, 1]]); // at a right angle to each other
 * const loss = (prediction: number[][]) => relationalLoss(tf.tensor2d(prediction), target).dataSync()[0]!;
 * console.log(loss([[0, 2], [3, 0]]).toFixed(3), loss([[1, 0], [1, 0]]).toFixed(3));
 * ```
 * ```text
 * 0.000 0.500
 * ```
 */
export function relationalLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.squaredDifference(cosinesOfPairs(prediction), cosinesOfPairs(target))));
}

/** [B, B]. */
function cosinesOfPairs(x: tf.Tensor2D): tf.Tensor2D {
  const unit = l2Normalise(x);
  return tf.matMul(unit, unit, false, true);
}
