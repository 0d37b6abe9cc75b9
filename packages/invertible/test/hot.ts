// Parameters as training might leave them: a fresh flow is near the identity, and would pass many a test that a trained one fails.
import * as tf from '@tensorflow/tfjs-core';
import { trainableVariables } from '../src/index.js';

/** Normal values of a seed, as a tensor; `tf.randomNormal` takes a seed of 0 for none. */
export function normal(shape: readonly number[], seed: number, standardDeviation = 1): tf.Tensor {
  return tf.randomNormal([...shape], 0, standardDeviation, 'float32', seed + 1);
}

/**
 * Sets every trained parameter at random: kernels so that their outputs vary as much as their inputs, vectors with a deviation of `spread`.
 */
export function heat<T extends object>(module: T, seed: number, spread = 0.5): T {
  let next = 1000 * seed;
  for (const variable of trainableVariables(module).values()) {
    const fanIn = variable.shape.slice(0, -1).reduce((product, size) => product * size, 1);
    tf.tidy(() => variable.assign(normal(variable.shape, next++, variable.rank > 1 ? 1 / Math.sqrt(fanIn) : spread)));
  }
  return module;
}
