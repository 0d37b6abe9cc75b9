// Bounds for log-scales that never lose the gradient, as a hard clamp does where it bites. All are odd and stay below c in size.
import * as tf from '@tensorflow/tfjs-core';

/**
 * tanh: c · tanh(h / c). atan: c · (2/π) · atan(π h / 2c). Both have slope 1 at 0; atan nears its bound more slowly.
 * sigmoid: c · (2 σ(h / c) − 1), slope ½ at 0. They are FrEIA's three with h = c·u (TANH, SIGMOID) and, but for its 0.636, h = (2/π) c·u
 * (ATAN).
 */
export type SoftClamp = 'tanh' | 'atan' | 'sigmoid';

const clamps: Record<SoftClamp, (h: tf.Tensor, c: number) => tf.Tensor> = {
  tanh: (h, c) => tf.mul(tf.tanh(tf.div(h, c)), c),
  atan: (h, c) => tf.mul(tf.atan(tf.mul(h, Math.PI / (2 * c))), (2 * c) / Math.PI),
  sigmoid: (h, c) => tf.mul(tf.sub(tf.mul(tf.sigmoid(tf.div(h, c)), 2), 1), c),
};

/** @throws RangeError for a bound that is not a finite number above 0, or an unknown clamp. */
export function softClamp(clamp: SoftClamp, c: number): (h: tf.Tensor) => tf.Tensor {
  if (!(c > 0 && c < Infinity)) throw new RangeError(`maxLogScale is ${c}: expected a finite number above 0.`);
  const bound = clamps[clamp];
  if (!bound) throw new RangeError(`clamp is ${String(clamp)}: expected one of ${Object.keys(clamps).join(', ')}.`);
  return (h) => bound(h, c);
}
