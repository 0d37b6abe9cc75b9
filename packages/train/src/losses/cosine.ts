// One minus the cosine, as cosine-similarity embeddings are trained with (Hadsell, Chopra, LeCun 2006 compare by distance; on unit vectors
// the two agree).
import * as tf from '@tensorflow/tfjs-core';
import { cosineSimilarity } from './unit-sphere.js';

/** Mean of 1 − cos(prediction, target) over the batch: in [0, 2]; predicting zero scores 1. */
export function cosineLoss(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.sub(1, cosineSimilarity(prediction, target))));
}
