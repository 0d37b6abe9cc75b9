import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../invertible/test/backends.js';
import { heat, normal } from '../../invertible/test/hot.js';
import { namedVariables, ShapeError, trainableVariables } from '@lin/invertible';
import { CnnEncoder } from '../src/index.js';

const TINY = { imageShape: [16, 16, 3], latentDim: 6, coreFlow: { numBlocks: 2, hiddenDim: 8 }, seed: 1 };
const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

describe.each(backends)('the CNN encoder on %s', (backend) => {
  useBackend(backend);

  test('maps images to cores, each as if it were alone: its normalisation keeps no statistics of a batch', () => {
    const encoder = new CnnEncoder(TINY);
    tf.tidy(() => {
      encoder.initialize(normal([4, 16, 16, 3], 1));
      const x = normal([3, 16, 16, 3], 2);
      const core = encoder.core(x);
      expect(core.shape).toEqual([3, 6]);
      const alone = tf.concat(tf.split(x, 3).map((image) => encoder.core(image)));
      expect(largest(tf.sub(alone, core))).toBeLessThan(1e-5);
    });
    encoder.dispose();
  });

  test('inverts from the core to the features before its flow, and no further', () => {
    const encoder = new CnnEncoder(TINY);
    heat(encoder.flow, 3);
    tf.tidy(() => {
      const features = normal([4, 6], 1) as tf.Tensor2D;
      const core = encoder.flow.apply(features) as tf.Tensor2D;
      expect(largest(tf.sub(encoder.features(core), features))).toBeLessThan(1e-4);
    });
    encoder.dispose();
  });
});

describe('the stages of the CNN encoder', () => {
  useBackend('cpu');

  test('are set from a batch of images: convolutions then have mean 0 and variance 1, before scale, shift and ReLU', () => {
    const encoder = new CnnEncoder(TINY);
    tf.tidy(() => {
      const x = tf.add(tf.mul(normal([16, 16, 16, 3], 1), 4), 3);
      encoder.initialize(x);
      const [first] = encoder.stages;
      const { mean, variance } = tf.moments(
        tf.conv2d(x as tf.Tensor4D, first!.kernel as tf.Tensor4D, 2, 'same'),
        [0, 1, 2],
      );
      expect(largest(tf.sub(mean, first!.mean))).toBeLessThan(1e-4);
      expect(largest(tf.sub(tf.div(variance, first!.variance), 1))).toBeLessThan(1e-4);
      const normalised = first!.apply(x as tf.Tensor4D);
      expect(tf.mean(normalised).dataSync()[0]).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 1); // relu of N(0, 1)
    });
    encoder.dispose();
  });

  test('have statistics that are saved but not trained, and all of them disposed', () => {
    const encoder = new CnnEncoder(TINY);
    const all = [...namedVariables(encoder).keys()];
    const trained = trainableVariables(encoder);
    expect(all.filter((name) => !trained.has(name))).toEqual(
      expect.arrayContaining([
        'stages.0.mean',
        'stages.0.variance',
        'stages.3.mean',
        'stages.3.variance',
        'flow.blocks.layers.0.order',
      ]),
    );
    expect(trained.has('projection.kernel')).toBe(true);
    expect(encoder.numBlocks).toBe(2);
    encoder.dispose();
  });

  test('pass gradients to every trained parameter', () => {
    const encoder = new CnnEncoder(TINY);
    heat(encoder.flow, 3);
    tf.tidy(() => {
      const x = normal([2, 16, 16, 3], 1);
      encoder.initialize(x);
      const variables = [...trainableVariables(encoder).values()];
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(encoder.core(x))) as tf.Scalar, variables);
      for (const variable of variables) expect(largest(grads[variable.name]!)).toBeGreaterThan(0);
    });
    encoder.dispose();
  });

  test.each([
    ['a latent of 1', { latentDim: 1 }, RangeError, /latentDim is 1/],
    [
      'an image without channels',
      { imageShape: [16, 16] },
      ShapeError,
      /imageShape is \[16, 16\]; expected \[height, width, channels\]/,
    ],
    ['an empty image', { imageShape: [16, 0, 3] }, ShapeError, /\[16, 0, 3\] must consist of positive integers/],
  ])('are refused for %s', (_, options, type, message) => {
    expect(() => new CnnEncoder({ ...TINY, ...options })).toThrow(type);
    expect(() => new CnnEncoder({ ...TINY, ...options })).toThrow(message);
  });

  test('take batches of their own images only', () => {
    const encoder = new CnnEncoder(TINY);
    for (const use of [
      () => encoder.core(tf.zeros([2, 16, 16, 1])),
      () => encoder.initialize(tf.zeros([2, 16, 16, 1])),
    ]) {
      expect(() => tf.tidy(use as () => void)).toThrow(/\[B, 16, 16, 3\].*\[2, 16, 16, 1\]/);
    }
    encoder.dispose();
  });
});
