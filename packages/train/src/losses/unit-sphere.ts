// Vectors on the unit sphere, where embeddings are compared.
import * as tf from '@tensorflow/tfjs-core';

const EPSILON = 1e-12; // keeps the gradient of a zero vector finite; below float32's resolution of any real embedding

/**
 * Rows scaled to unit Euclidean length; a row of zeros stays one, and has a finite gradient.
 * @param x [B, d].
 * @returns [B, d].
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { l2Normalise } from '@lin/train';
 *
 * console.log(l2Normalise(tf.tensor2d([[3, 4], [0, 0]])).arraySync().flat().map((value) => value.toFixed(2)));
 * ```
 * ```text
 * [ '0.60', '0.80', '0.00', '0.00' ]
 * ```
 */
export function l2Normalise(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), EPSILON))));
}

/**
 * Cosine of each row of `x` with the same row of `y`; 0 where either is zero.
 * @param x [B, d].
 * @param y [B, d].
 * @returns [B].
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { cosineSimilarity } from '@lin/train';
 *
 * const cosines = cosineSimilarity(tf.tensor2d([[3, 4], [1, 0]]), tf.tensor2d([[6, 8], [0, 2]]));
 * console.log([...cosines.dataSync()].map((value) => value.toFixed(2)));
 * ```
 * ```text
 * [ '1.00', '0.00' ]
 * ```
 */
export function cosineSimilarity(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => tf.sum(tf.mul(l2Normalise(x), l2Normalise(y)), 1));
}
