// The orthogonal factor of a matrix, nearly, by products alone: Newton-Schulz iterations (Jordan et al. 2024,
// https://kellerjordan.github.io/posts/muon/).
import * as tf from '@tensorflow/tfjs-core';

/** Of σ ↦ aσ + bσ³ + cσ⁵: chosen there for their slope at 0, and so that five rounds bring σ into about [0.7, 1.2]. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const ROUNDS = 5;
/** Added to the norm by which the matrix is divided first, so that zeros stay zeros. */
const EPSILON = 1e-7;

/** U f(S) Vᵀ for x = U S Vᵀ, where f brings all but the smallest singular values near 1. */
export function orthogonalised(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const isTall = x.shape[0] > x.shape[1];
    const wide = isTall ? tf.transpose(x) : x; // X Xᵀ is the smaller product
    let y: tf.Tensor2D = tf.div(wide, tf.add(tf.norm(wide), EPSILON));
    for (let round = 0; round < ROUNDS; round++) {
      const gram = tf.matMul(y, y, false, true);
      const polynomial = tf.add(tf.mul(gram, B), tf.mul(tf.matMul(gram, gram), C));
      y = tf.add(tf.mul(y, A), tf.matMul(polynomial as tf.Tensor2D, y));
    }
    return isTall ? tf.transpose(y) : y;
  });
}
