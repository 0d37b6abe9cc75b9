// Seeded initial values, drawn on the host, so that a seed gives the same parameters on every backend.
import * as tf from '@tensorflow/tfjs-core';
import { requireSeed } from './options.js';

/**
 * A stream of seeds: module after module takes its own from one run's seed, and may start a stream of its own with it. SplitMix32
 * (Steele, Lea and Flood 2014, https://doi.org/10.1145/2660193.2660195): unsigned 32-bit integers.
 * @example
 * ```ts
 * import { SeedSequence } from '@lin/invertible';
 * const seeds = new SeedSequence(7);
 * console.log(seeds.take(), seeds.take(), new SeedSequence(7).take());
 * ```
 * ```text
 * 3838393609 4210744933 3838393609
 * ```
 */
export class SeedSequence {
  private state: number;

  /** @throws RangeError for a seed that is not a non-negative integer. */
  constructor(seed: number) {
    requireSeed(seed);
    this.state = seed;
  }

  /** SplitMix32: a Weyl sequence, mixed, so that neither neighbouring seeds nor a module's stream and its parent's run into each other. */
  take(): number {
    this.state = (this.state + 0x9e37_79b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }
}

/**
 * Normal values of mean 0, as a trainable variable; the same seed gives the same values on every backend.
 * @param shape Of the variable.
 * @param standardDeviation Of the values.
 * @param seed A non-negative integer.
 * @throws RangeError for another seed.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { normalVariable } from '@lin/invertible';
 * const kernel = normalVariable([3, 2], Math.sqrt(2 / 3), 1);
 * console.log(kernel.shape, kernel.trainable);
 * kernel.print();
 * ```
 * ```text
 * [ 3, 2 ] true
 * Tensor
 *     [[0.0594011 , -0.8605708],
 *      [-0.3485114, 1.8995485 ],
 *      [-0.7408683, -0.4105355]]
 * ```
 */
export function normalVariable(shape: number[], standardDeviation: number, seed: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, standardDeviation, 'float32', nonZeroSeed(seed))));
}

/**
 * Zeros, as a trainable variable: what a layer starts from that should leave a block the identity.
 * @param shape Of the variable.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { zerosVariable } from '@lin/invertible';
 * zerosVariable([2, 2]).print();
 * ```
 * ```text
 * Tensor
 *     [[0, 0],
 *      [0, 0]]
 * ```
 */
export function zerosVariable(shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape)));
}

/** A permutation of 0 … size − 1 (Fisher–Yates over a seeded uniform stream). */
export function seededPermutation(size: number, seed: number): Int32Array {
  const uniform = tf.tidy(() => tf.randomUniform([size], 0, 1, 'float32', nonZeroSeed(seed)).dataSync());
  const permutation = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.min(i, Math.floor(uniform[i]! * (i + 1))); // float32 may round a uniform number up to 1
    [permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!];
  }
  return permutation;
}

/** tfjs takes a seed of 0 for no seed, and would draw another stream each time. @throws RangeError as `requireSeed` does. */
export function nonZeroSeed(seed: number): number {
  requireSeed(seed);
  return seed || 0x9e37_79b9;
}
