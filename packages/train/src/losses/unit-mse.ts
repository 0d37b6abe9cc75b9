// Mean squared error on the unit sphere: the loss of the authors' notebook. Of unit d-vectors it is 2(1 − cos)/d.
import * as tf from '@tensorflow/tfjs-core';
import { l2Normalise } from './unit-sphere.js';

/**
 * Mean squared error between L2-normalised predictions and unit targets, averaged over batch and coordinates.
 * Predicting zero for unit vectors of dimension d scores 1/d.
 */
export function unitMeanSquaredError(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.squaredDifference(l2Normalise(prediction), target)));
}
