// Pixels, counts and one-hot labels are int32 or bool in tfjs: every block takes them as the numbers that they are.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  Convolutional,
  disposeVariables,
  ImageFlow,
  maskedAutoregressiveFlow,
  Mlp,
  NormalMixture,
  Permutation,
  realNVP,
  splineTransform,
  StandardNormal,
  Uniform,
  verifyInverse,
  type Invertible,
} from '../src/index.js';
import { backends, useBackend } from './backends.js';
import { bijections } from './bijections.js';
import { heat } from './hot.js';
import { hot, transforms } from './transforms.js';

const integers = (shape: readonly number[], seed: number, low = -9) =>
  tf.randomUniform([...shape], low, 9, 'int32', seed);

/** What `map` makes of integers is float32, and what it makes of the same numbers as float32. */
function expectAlike(map: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): void {
  const [got, expected] = [map(x), map(tf.cast(x, 'float32'))];
  expect(got.dtype).toBe('float32');
  expect(Array.from(got.dataSync())).toEqual(Array.from(expected.dataSync()));
}

function expectTakesIntegers(g: Invertible, { context, low }: { context?: number[]; low?: number } = {}): void {
  tf.tidy(() => {
    const own = context && integers([2, ...context], 3, 0);
    const x = integers([2, ...g.inputShape], 1, low);
    const y = integers([2, ...g.outputShape], 2, low);
    expectAlike((value) => g.apply(value, own), x);
    expectAlike((value) => g.applyWithLogDet(value, own).logDet, x);
    expectAlike((value) => g.invert(value, own), y);
    if (own) expectAlike((value) => g.apply(x, value), own);
    expect(g.apply(tf.zeros([0, ...g.inputShape], 'int32'), own && tf.zeros([0, ...context!])).dtype).toBe('float32');
  });
  disposeVariables(g);
}

describe.each(backends)('integers on %s', (backend) => {
  useBackend(backend);

  test.each(bijections.filter(([name]) => backend === 'cpu' || name.includes('coupling')))(
    'are taken by %s',
    (_, make) => expectTakesIntegers(make(1)),
  );

  test.each(
    Object.entries(transforms).filter(
      ([name]) => name !== 'three scales' && !/residual|sigmoid|tangent|logit/.test(name),
    ),
  )('are taken by %s', (_, of) => expectTakesIntegers(hot(of, 1), { context: of.context, low: of.output ? 1 : -9 }));

  test.each([
    ['a conditional RealNVP', () => realNVP({ dim: 4, numBlocks: 2, hiddenDim: 8, contextDim: 3 })],
    ['a conditional MAF', () => maskedAutoregressiveFlow({ dim: 4, numBlocks: 1, hiddenDim: 8, contextDim: 3 })],
  ])('of tf.oneHot are taken as a context by %s', (_, make) => {
    const g = heat(make(), 1);
    tf.tidy(() => {
      const x = tf.randomNormal([3, 4], 0, 1, 'float32', 1);
      expectAlike((context) => g.apply(x, context), tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3));
      expectAlike((context) => g.apply(x, context), tf.cast(tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3), 'bool'));
    });
    disposeVariables(g);
  });

  test('are taken by conditioners, transforms and distributions', () => {
    tf.tidy(() => {
      const mlp = heat(new Mlp({ inputDim: 3, outputDim: 2, hiddenDim: 4, numLayers: 2, seed: 1 }), 2);
      const network = heat(new Convolutional({ inputChannels: 2, outputChannels: 2, hiddenDim: 3, seed: 1 }), 3);
      expectAlike((x) => mlp.apply(x), integers([2, 3], 1));
      expectAlike((x) => network.apply(x), integers([2, 3, 3, 2], 1));
      const spline = splineTransform({ bins: 2 });
      expectAlike((x) => spline.applyWithLogDerivative(x, tf.ones([2, 5])).y, integers([2, 1], 1));
      for (const base of [
        new StandardNormal({ shape: [2] }),
        new Uniform({ shape: [2], low: -5, high: 5 }),
        new NormalMixture({ means: [[0.5, 1]] }),
      ])
        expectAlike((z) => base.logProb(z), integers([4, 2], 1));
      [mlp, network].forEach(disposeVariables);
    });
  });
});

describe('on cpu', () => {
  useBackend('cpu');

  test('pixels as integers are taken by an image flow and by verifyInverse', () => {
    const options = { latentDim: 4, numBlocks: [1, 0, 0], hiddenDim: [4, 4, 4], coreFlow: false as const };
    const flow = heat(new ImageFlow({ imageShape: [16, 16, 1], ...options }), 1, 0.01);
    tf.tidy(() => {
      const x = integers([2, 16, 16, 1], 1);
      expectAlike((pixels) => flow.core(pixels), x);
      expectAlike((pixels) => flow.encode(pixels).residual, x);
      const [core, residual] = [integers([2, 4], 2), integers([2, 256], 3)] as [tf.Tensor2D, tf.Tensor2D];
      expectAlike((value) => flow.decode(value as tf.Tensor2D, residual), core);
      expect(verifyInverse(flow.scales, x).gains).toEqual(verifyInverse(flow.scales, tf.cast(x, 'float32')).gains);
    });
    flow.dispose();
  });

  test('what is no real number is refused with its type', () => {
    const block = new Permutation({ shape: [1] });
    tf.tidy(() => {
      const strings = tf.tensor2d([['a']]);
      expect(() => block.apply(strings)).toThrow(TypeError);
      expect(() => block.apply(strings)).toThrow(
        'Permutation: expected numbers (float32, int32 or bool), but got string.',
      );
      expect(() => block.invert(tf.complex([[1]], [[1]]))).toThrow('Permutation inverse: expected numbers');
    });
    block.dispose();
  });
});
