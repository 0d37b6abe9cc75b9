// Mean squared error on the unit sphere: the loss of the authors' notebook. Of unit d-vectors it is 2(1 − cos)/d.
import * as tf from '@tensorflow/tfjs-core';
import { l2Normalise } from './unit-sphere.js';

/**
 * Mean squared error between L2-normalised predictions and unit targets, averaged over batch and coordinates: the loss of the authors'
 * notebook. Predicting zero for unit vectors of dimension d scores 1/d.
 * @param prediction [B, d], of any lengths.
 * @param target [B, d], rows of length one.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { unitMeanSquaredError } from '@lin/train';
 *
 * const target = tf.tensor2d([[1, 0]]);
 * console.log(unitMeanSquaredError(tf.tensor2d([[7, 0]]), target).dataSync()[0]!.toFixed(3));
 * console.log(unitMeanSquaredError(tf.tensor2d([[0, 7]]), target).dataSync()[0]!.toFixed(3));
 * ```
 * ```text
 * 0.000
 * 1.000
 * ```
 */
export function unitMeanSquaredError(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.squaredDifference(l2Normalise(prediction), target)));
}
