// Gradients against central differences of the loss, along random directions.
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { trainableVariables } from '../src/index.js';
import { normal } from './hot.js';

/** So small that ReLUs seldom change sign within it; float32 rounds a loss of about 20 by 2e-6, so its slope by some 3e-3. */
const STEP = 3e-4;
/** Near a ReLU's change of sign a difference is not the gradient. That befalls few inputs; a wrong gradient is wrong at all of them. */
const INPUTS = 5;

/** Σ weights ⊙ outputs with fixed random weights: a loss that no output leaves unseen. */
export function randomLoss(outputs: tf.Tensor[]): tf.Scalar {
  return tf.addN(outputs.map((output, i) => tf.sum(tf.mul(output, normal(output.shape, 77 + i))))) as tf.Scalar;
}

/** How far the slope along a random direction is from the difference of losses, in units of what is tolerated. */
function slopeError(gradient: tf.Tensor, seed: number, lossAt: (step: tf.Tensor) => tf.Scalar): number {
  return tf.tidy(() => {
    const direction = normal(gradient.shape, seed);
    const [above, below] = [STEP, -STEP].map((length) => lossAt(tf.mul(direction, length)).dataSync()[0]!);
    const slope = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
    const tolerance = 2e-3 * tf.norm(gradient).dataSync()[0]! + 1e-2;
    return Math.abs((above! - below!) / (2 * STEP) - slope) / tolerance;
  });
}

/**
 * Checks `loss` with respect to its input, N(0, 1) through `sample`, and every trained variable of `module`: each at most of INPUTS inputs,
 * of which there are no more than that takes.
 */
export function expectGradients(
  module: object,
  shape: number[],
  loss: (x: tf.Tensor) => tf.Scalar,
  sample = (x: tf.Tensor) => x,
): void {
  const variables = trainableVariables(module);
  const names = ['input', ...variables.keys()];
  const errors: number[][] = [];
  const isDecided = (_: string, i: number) =>
    [true, false].some((good) => errors.filter((ofInput) => ofInput[i]! < 1 === good).length > INPUTS / 2);
  for (let seed = 0; seed < INPUTS && !names.every(isDecided); seed++) {
    const ofInput = tf.tidy(() => {
      const x = sample(normal(shape, 100 * seed));
      const ofInput = slopeError(tf.grad(loss)(x), seed, (step) => loss(tf.add(x, step)));
      if (variables.size === 0) return [ofInput];
      const { grads } = tf.variableGrads(() => loss(x), [...variables.values()]);
      const ofVariables = [...variables.values()].map((variable) => {
        const kept = variable.clone();
        return slopeError(grads[variable.name]!, seed, (step) => {
          variable.assign(tf.add(kept, step));
          const value = loss(x);
          variable.assign(kept);
          return value;
        });
      });
      return [ofInput, ...ofVariables];
    });
    errors.push(ofInput);
  }
  names.forEach((name, i) => {
    // NaN is no number below 1
    const right = errors.map((ofInput) => ofInput[i]!).filter((error) => error < 1);
    expect(right.length, `${name}: ${errors.map((ofInput) => ofInput[i]).join(', ')}`).toBeGreaterThan(INPUTS / 2);
  });
}
