// What training relies on: gradients with respect to inputs and to every parameter, in both directions, against central differences.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { disposeVariables, ImageFlow, Permutation, Readout, trainableVariables } from '../src/index.js';
import { useBackend } from './backends.js';
import { bijections } from './bijections.js';
import { heat, normal } from './hot.js';

/** So small that ReLUs seldom change sign within it; float32 rounds a loss of about 20 by 2e-6, so its slope by some 3e-3. */
const STEP = 3e-4;
/** Near a ReLU's change of sign a difference is not the gradient. That befalls few inputs; a wrong gradient is wrong at all of them. */
const INPUTS = 5;

/** Σ weights ⊙ outputs with fixed random weights: a loss that no output leaves unseen. */
function randomLoss(outputs: tf.Tensor[]): tf.Scalar {
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

/** Checks `loss` with respect to its input and every trained variable of `module`: the median over inputs. */
function expectGradients(module: object, shape: number[], loss: (x: tf.Tensor) => tf.Scalar): void {
  const variables = trainableVariables(module);
  const errors = Array.from({ length: INPUTS }, (_, seed) =>
    tf.tidy(() => {
      const x = normal(shape, 100 * seed);
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
    }),
  );
  ['input', ...variables.keys()].forEach((name, i) => {
    const median = errors.map((ofInput) => ofInput[i]!).sort((a, b) => a - b)[Math.floor(INPUTS / 2)];
    expect(median, name).toBeLessThan(1);
  });
}

describe('gradients', () => {
  useBackend('cpu');

  test.each(bijections)('of %s, there and back, with respect to input and parameters', (_, make) => {
    const g = make(5);
    expectGradients(g, [2, ...g.inputShape], (x) => {
      const { y, logDet } = g.forward(x);
      return randomLoss([y, logDet]);
    });
    expectGradients(g, [2, ...g.outputShape], (y) => {
      const { x, logDet } = g.inverse(y);
      return randomLoss([x, logDet]);
    });
    disposeVariables(g);
  });

  test('of a readout: through W⁺ too, and through its log-determinant', () => {
    const readout = heat(new Readout({ inputDim: 6, latentDim: 3, seed: 1 }), 3);
    const residual = normal([2, 6], 5) as tf.Tensor2D;
    expectGradients(readout, [2, 6], (z) => {
      const split = readout.split(z as tf.Tensor2D);
      return randomLoss([split.core, split.residual, readout.logDeterminant()]);
    });
    expectGradients(readout, [2, 3], (core) => randomLoss([readout.merge(core as tf.Tensor2D, residual)]));
    residual.dispose();
    readout.dispose();
  });

  test('of an image flow: encoding and decoding', () => {
    const flow = heat(new ImageFlow({ imageShape: [16, 16, 1], latentDim: 3, blocks: [0, 1, 1], widths: [4, 4, 4], coreFlow: { numBlocks: 1, hiddenDim: 8 } }), 2, 0.2);
    const z = normal([1, 256], 5) as tf.Tensor2D;
    expectGradients(flow, [1, 16, 16, 1], (x) => {
      const { core, residual, logDet } = flow.encode(x);
      return tf.div(randomLoss([core, residual, logDet]), 10);
    });
    expectGradients(flow, [1, 3], (core) => tf.div(randomLoss([flow.inverse(core as tf.Tensor2D, z)]), 10));
    z.dispose();
    flow.dispose();
  });

  test('of a permutation are those of the rows they came from, also where its own tensors are long disposed', () => {
    const permutation = new Permutation({ shape: [4], seed: 3 });
    const order = Array.from(permutation.order.dataSync());
    tf.tidy(() => {
      const weights = tf.tensor2d([[1, 2, 3, 4]]);
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(permutation.apply(x), weights)))(tf.zeros([1, 4])).dataSync();
      order.forEach((from, to) => expect(gradient[from]).toBe(to + 1));
    });
    permutation.dispose();
  });
});
