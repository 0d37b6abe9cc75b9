// Batches without samples: many kernels of tfjs's backends fail on tensors without elements, or get their shape wrong.
import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from './invertible.js';

/** `map(x)`; an empty batch has nothing to be mapped, and only takes on the per-sample shape of the result. */
export function unlessEmpty(x: tf.Tensor, shape: Shape, map: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return x.shape[0] === 0 ? tf.reshape(x, [0, ...shape]) : map(x);
}
