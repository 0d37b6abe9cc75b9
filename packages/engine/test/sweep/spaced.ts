// Inputs of the sweep: numbers in ±2 that are all distinct by far more than the step of a numeric derivative.
import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '../op-case.js';

/** `from` and `to`: the range that the values fill. */
export function spaced(shape: number[], { seed = 1, from = -2, to = 2 } = {}): InputSpec {
  const n = tf.util.sizeFromShape(shape);
  let step = Math.max(1, Math.floor(n * 0.618) + seed);
  while (gcd(step, n) !== 1) step++;
  const values = Array.from({ length: n }, (_, i) => {
    const rank = (i * step + seed) % n; // a permutation of 0 … n − 1
    return Math.fround(from + ((rank + 0.4) / n) * (to - from));
  });
  return { shape, dtype: 'float32', values };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** 0 … below − 1, each as often. */
export function wholes(shape: number[], below: number, seed = 1): InputSpec {
  const { values } = spaced(shape, { seed, from: 0, to: below });
  return { shape, dtype: 'int32', values: values.map(Math.floor) };
}
