// One minus the cosine, as cosine-similarity embeddings are trained with (Hadsell, Chopra, LeCun 2006 compare by distance; on unit vectors
// the two agree).
import * as tf from '@tensorflow/tfjs-core';
import { cosineSimilarity } from './unit-sphere.js';

/**
 * Mean of 1 − cos(prediction, target) over the batch: in [0, 2]; predicting zero scores 1.
 * @param prediction [B, d], of any lengths.
 * @param target [B, d], of any lengths.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { cosineLoss } from '@lin/train';
 *
 * const target = tf.tensor2d([[1, 0], [0, 1]]);
 * console.log(cosineLoss(tf.tensor2d([[5, 0], [2, 0]]), target).dataSync()[0]!.toFixed(3));
 * ```
 * ```text
 * 0.500
 * ```
 */
export function cosineLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.sub(1, cosineSimilarity(prediction, target))));
}
