// Batches of samples: as float32, as rows, and summed sample by sample.
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from './shapes.js';

/**
 * Integers and booleans, such as pixels and one-hot labels, as float32: kernels would truncate what they compute of int32.
 * @throws TypeError for what holds no real numbers.
 */
export function asFloat(operation: string, x: tf.Tensor): tf.Tensor {
  if (x.dtype === 'float32') return x;
  if (x.dtype === 'int32' || x.dtype === 'bool') return tf.cast(x, 'float32');
  throw new TypeError(`${operation}: expected numbers (float32, int32 or bool), but got ${x.dtype}.`);
}

/** Every sample as one row: [B, …] → [B, n], of an empty batch too. */
export function rowsOf(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
}

/** Σ over all axes but the batch, [B]: what the log-determinant of an element-wise map is. */
export function sumPerSample(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(
    x,
    Array.from({ length: x.rank - 1 }, (_, i) => i + 1),
  );
}
