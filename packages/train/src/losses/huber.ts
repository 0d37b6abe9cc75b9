// Huber's loss (Huber 1964, https://doi.org/10.1214/aoms/1177703732): quadratic up to δ, linear beyond, so that a few wrong targets do not
// decide.
import * as tf from '@tensorflow/tfjs-core';
import { l2Normalise } from './unit-sphere.js';

export interface HuberOptions {
  /** Where the loss turns from quadratic to linear, above 0; default: 1/√d, which the coordinates of a unit vector are on average. */
  delta?: number;
}

/**
 * Huber's loss (Huber 1964, https://doi.org/10.1214/aoms/1177703732) between the coordinates of L2-normalised predictions and unit targets,
 * averaged over batch and coordinates: e²/2 where |e| ≤ δ, δ(|e| − δ/2) beyond.
 * @param prediction [B, d], of any lengths.
 * @param target [B, d], rows of length one.
 * @throws RangeError for a delta that is not above 0.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { huberLoss } from '@lin/train';
 *
 * const target = tf.tensor2d([[1, 0]]);
 * const loss = (delta: number) => huberLoss(tf.tensor2d([[0, 3]]), target, { delta }).dataSync()[0]!;
 * console.log(loss(1).toFixed(3), loss(0.5).toFixed(3));
 * ```
 * ```text
 * 0.500 0.375
 * ```
 */
export function huberLoss(prediction: tf.Tensor2D, target: tf.Tensor2D, { delta }: HuberOptions = {}): tf.Scalar {
  const limit = delta ?? 1 / Math.sqrt(target.shape[1]);
  if (!(limit > 0)) throw new RangeError(`huberLoss: delta is ${limit}; expected more than 0.`);
  return tf.tidy(() => {
    const error = tf.abs(tf.sub(l2Normalise(prediction), target));
    const quadratic = tf.minimum(error, limit);
    const linear = tf.sub(error, quadratic);
    return tf.mean(tf.add(tf.mul(0.5, tf.square(quadratic)), tf.mul(limit, linear)));
  });
}
