// Bytes as real numbers for a density (Theis et al. 2016, arXiv 1511.01844, §3.1): x = (byte + u) / 2^bits with u uniform in [0, 1), so
// that a
// density of x is a lower bound of the bytes' probability: log P(bytes) ≥ E log p(x) − D · bits · log 2. Not a bijection: `quantize` undoes
// it.
import * as tf from '@tensorflow/tfjs-core';
import { requireSeed } from '../parameters/initializers.js';
import { sizeOf, type Shape } from '../bijection/invertible.js';

export interface DequantizeOptions {
  /** Values are integers 0 … 2^bits − 1. 1 to 16, so that float32 tells a value and its noise apart. */
  bits?: number;
  /** A non-negative integer: the same noise again. Another one for every batch and epoch, drawn outside of a recorded step. */
  seed: number;
}

/**
 * x in [0, 1) of `values`'s shape; `quantize` gives each value back, whatever the noise.
 * @throws RangeError for bits out of range, or a seed that is not a non-negative integer.
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

/** ⌊x · 2^bits⌋, and the nearest level for x outside of [0, 1), as float32. @throws RangeError for bits out of range. */
export function quantize(x: tf.Tensor, { bits = 8 }: { bits?: number } = {}): tf.Tensor {
  const levels = levelsOf(bits);
  return tf.tidy(() => tf.clipByValue(tf.floor(tf.mul(x, levels)), 0, levels - 1));
}

/**
 * Bits per dimension of quantised samples, [B], from the log-density [B] of the dequantised ones (in nats, of x in [0, 1)):
 * bits − logProb / (D log 2). Uniform noise scores `bits`. @throws RangeError for bits out of range.
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
