// What training relies on: gradients with respect to inputs and to every parameter, in both directions, against central differences.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { disposeVariables, ImageFlow, Permutation, Readout } from '../src/index.js';
import { useBackend } from './backends.js';
import { bijections } from './bijections.js';
import { expectGradients, randomLoss } from './finite-differences.js';
import { heat, normal } from './hot.js';

describe('gradients', () => {
  useBackend('cpu');

  test.each(bijections)('of %s, there and back, with respect to input and parameters', (_, make) => {
    const g = make(5);
    expectGradients(g, [2, ...g.inputShape], (x) => {
      const { y, logDet } = g.applyWithLogDet(x);
      return randomLoss([y, logDet]);
    });
    expectGradients(g, [2, ...g.outputShape], (y) => {
      const { x, logDet } = g.invertWithLogDet(y);
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
    const flow = heat(
      new ImageFlow({
        imageShape: [16, 16, 1],
        latentDim: 3,
        numBlocks: [0, 1, 1],
        hiddenDim: [4, 4, 4],
        coreFlow: { numBlocks: 1, hiddenDim: 8 },
      }),
      2,
      0.2,
    );
    const z = normal([1, 256], 5) as tf.Tensor2D;
    expectGradients(flow, [1, 16, 16, 1], (x) => {
      const { core, residual, logDet } = flow.encode(x);
      return tf.div(randomLoss([core, residual, logDet]), 10);
    });
    expectGradients(flow, [1, 3], (core) => tf.div(randomLoss([flow.decode(core as tf.Tensor2D, z)]), 10));
    z.dispose();
    flow.dispose();
  });

  test('of a permutation are those of the rows they came from, also where its own tensors are long disposed', () => {
    const permutation = new Permutation({ shape: [4], seed: 3 });
    const order = Array.from(permutation.order.dataSync());
    tf.tidy(() => {
      const weights = tf.tensor2d([[1, 2, 3, 4]]);
      const gradient = tf
        .grad((x: tf.Tensor) => tf.sum(tf.mul(permutation.apply(x), weights)))(tf.zeros([1, 4]))
        .dataSync();
      order.forEach((from, to) => expect(gradient[from]).toBe(to + 1));
    });
    permutation.dispose();
  });
});
