// Bytes as real numbers for a density (Theis et al. 2016, arXiv 1511.01844, §3.1): x = (byte + u) / 2^bits with u uniform in [0, 1), so
// that a density of x is a lower bound of the bytes' probability: log P(bytes) ≥ E log p(x) − D · bits · log 2. Not a bijection: `quantize`
// undoes it.
import * as tf from '@tensorflow/tfjs-core';
import { requireSeed } from '../parameters/options.js';
import { sizeOf, type Shape } from '../bijection/shapes.js';

export interface DequantizeOptions {
  /** Values are integers 0 … 2^bits − 1. 1 to 16, so that float32 tells a value and its noise apart. */
  bits?: number;
  /** A non-negative integer: the same noise again. Another one for every batch and epoch, drawn outside of a recorded step. */
  seed: number;
}

/**
 * Bytes as real numbers for a density (Theis et al. 2016, arXiv 1511.01844, §3.1): (value + u) / 2^bits with u uniform in [0, 1).
 * @param values Integers from 0 to 2^bits − 1, of any shape, in any type.
 * @param options `bits` (8 unless given, up to 16), and the `seed` of the noise: another one for every batch and epoch.
 * @returns x in [0, 1), of the shape of `values`; `quantize` gives each value back, whatever the noise.
 * @throws RangeError for bits out of range, or a seed that is not a non-negative integer.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { dequantize, quantize } from '@lin/invertible';
 * const x = dequantize(tf.tensor1d([0, 128, 255], 'int32'), { seed: 1 });
 * x.print();
 * quantize(x).print();
 * ```
 * ```text
 * Tensor
 *     [0.0017874, 0.502955, 0.9996178]
 * Tensor
 *     [0, 128, 255]
 * ```
 */
export function dequantize(values: tf.Tensor, { bits = 8, seed }: DequantizeOptions): tf.Tensor {
  const levels = levelsOf(bits);
  requireSeed(seed);
  return tf.tidy(() => {
    // tfjs takes a seed of 0 for no seed. A sum of level + 1 − less than this would round up to the next level.
    const noise = tf.minimum(tf.randomUniform(values.shape, 0, 1, 'float32', seed + 1), 1 - levels * 2 ** -24);
    return tf.div(tf.add(values, noise), levels);
  });
}

/**
 * ⌊x · 2^bits⌋ as float32, and the nearest level for x outside of [0, 1): what undoes `dequantize`.
 * @param x Of any shape.
 * @param options `bits`, 8 unless given.
 * @throws RangeError for bits out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { quantize } from '@lin/invertible';
 * quantize(tf.tensor1d([-0.1, 0, 0.5, 1]), { bits: 3 }).print();
 * ```
 * ```text
 * Tensor
 *     [0, 0, 4, 7]
 * ```
 */
export function quantize(x: tf.Tensor, { bits = 8 }: { bits?: number } = {}): tf.Tensor {
  const levels = levelsOf(bits);
  return tf.tidy(() => tf.clipByValue(tf.floor(tf.mul(x, levels)), 0, levels - 1));
}

/**
 * Bits per dimension of quantised samples (Theis et al. 2016, arXiv 1511.01844, §3.1): bits − logProb / (D log 2). Uniform noise scores
 * `bits`.
 * @param logProb [B], of the dequantised samples in [0, 1), in nats.
 * @param options The per-sample `shape`, whose size is D; `bits`, 8 unless given.
 * @returns [B].
 * @throws RangeError for bits out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { bitsPerDimension, Uniform } from '@lin/invertible';
 * const shape = [4, 4, 1];
 * const x = tf.fill([1, ...shape], 0.3);
 * bitsPerDimension(new Uniform({ shape }).logProb(x), { shape }).print();
 * ```
 * ```text
 * Tensor
 *     [8]
 * ```
 */
export function bitsPerDimension(
  logProb: tf.Tensor1D,
  { shape, bits = 8 }: { shape: Shape; bits?: number },
): tf.Tensor1D {
  levelsOf(bits);
  return tf.tidy(() => tf.sub(bits, tf.div(logProb, sizeOf(shape) * Math.LN2)));
}

/** A power of two: float32 divides and multiplies by it without rounding. */
function levelsOf(bits: number): number {
  if (Number.isInteger(bits) && bits >= 1 && bits <= 16) return 2 ** bits;
  throw new RangeError(`bits is ${bits}: expected an integer from 1 to 16.`);
}
