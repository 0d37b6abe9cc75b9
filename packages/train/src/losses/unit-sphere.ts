// Vectors on the unit sphere, where embeddings are compared.
import * as tf from '@tensorflow/tfjs-core';

const EPSILON = 1e-12; // keeps the gradient of a zero vector finite; below float32's resolution of any real embedding

/** Rows scaled to unit Euclidean length: [B, d] → [B, d]. */
export function l2Normalise(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), EPSILON))));
}

/** Cosine of each row of `x` with the same row of `y`: [B, d], [B, d] → [B]. */
export function cosineSimilarity(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => tf.sum(tf.mul(l2Normalise(x), l2Normalise(y)), 1));
}
