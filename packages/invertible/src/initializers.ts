// Seeded initial values, drawn on the host, so that a seed gives the same parameters on every backend.
import * as tf from '@tensorflow/tfjs-core';

/** A stream of seeds: module after module takes its own from one run's seed. */
export class SeedSequence {
  private next: number;

  constructor(seed: number) {
    this.next = seed;
  }

  take(): number {
    // A step of the Weyl sequence with the golden ratio: neighbouring runs' seeds do not share modules' seeds.
    this.next = (this.next + 0x9e37_79b9) >>> 0;
    return this.next || 1; // tf.randomNormal takes a seed of 0 for none
  }
}

/** Normal values of mean 0 and the given standard deviation, as a trainable variable. */
export function normalVariable(shape: number[], standardDeviation: number, seed: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, standardDeviation, 'float32', seed)));
}

export function zerosVariable(shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape)));
}

/** A permutation of 0 … size − 1 (Fisher–Yates over a seeded uniform stream). */
export function seededPermutation(size: number, seed: number): Int32Array {
  const uniform = tf.tidy(() => tf.randomUniform([size], 0, 1, 'float32', seed).dataSync());
  const permutation = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(uniform[i]! * (i + 1));
    [permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!];
  }
  return permutation;
}
