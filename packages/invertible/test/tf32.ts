// TF32, in which TensorFlow multiplies by itself on recent GPUs: float32 with 10 bits of mantissa.
import * as tf from '@tensorflow/tfjs-core';

/** x rounded to the nearest number of TF32, which is stored as float32. */
export function roundToTf32<T extends tf.Tensor>(x: T): T {
  const bits = new Uint32Array(Float32Array.from(x.dataSync()).buffer).map((word) => (word + 0x1000) & 0xffff_e000);
  return tf.tensor(new Float32Array(bits.buffer), x.shape) as T;
}
