// What TensorFlow joins in a recorded graph of plain tfjs code: convolutions and products with the bias and activation after them.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../engine.js';
import { record } from './record.js';
import type { NamedTensors } from './trace.js';

const missing = await tensorFlowMissing();

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

const NETWORKS = {
  convolution: {
    shapes: { x: [4, 6, 6, 3], kernel: [3, 3, 3, 8], bias: [8] },
    layer: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias)),
  },
  product: {
    shapes: { x: [5, 6], kernel: [6, 8], bias: [8] },
    layer: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias)),
  },
  'product with a bias of one row': {
    shapes: { x: [5, 6], kernel: [6, 8], bias: [1, 8] },
    layer: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.relu(tf.add(bias, tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D))),
  },
  'product of one row, with the bias in its shape': {
    shapes: { x: [1, 6], kernel: [6, 8], bias: [1, 8] },
    layer: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias)),
  },
  'convolution with a bias of one pixel': {
    shapes: { x: [4, 6, 6, 3], kernel: [3, 3, 3, 8], bias: [1, 1, 1, 8] },
    layer: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias)),
  },
};

describe.skipIf(missing)(`ops that are joined${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });
  afterAll(() => tf.disposeVariables());

  test.each(Object.entries(NETWORKS))('a %s, its bias and its ReLU are one op, forwards', async (_, network) => {
    const { layer, shapes } = network;
    const inputs = tf.tidy(() =>
      Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, normal(shape, i + 1)])),
    );
    const gradients = tf.grads((x, kernel, bias) => tf.sum(tf.square(layer(x!, kernel!, bias!))));
    const step = ({ x, kernel, bias }: NamedTensors) => {
      const [dx, dKernel, dBias] = gradients([x!, kernel!, bias!]);
      return { dx: dx!, dKernel: dKernel!, dBias: dBias! };
    };
    const recorded = await record(step, { inputs });
    const expected = tf.tidy(() =>
      Object.fromEntries(Object.entries(step(inputs)).map(([name, value]) => [name, [...value.dataSync()]])),
    );
    const actual = await recorded.run(inputs);
    for (const [name, values] of Object.entries(expected)) {
      const scale = Math.max(...values.map(Math.abs));
      values.forEach((value, i) => {
        expect(Math.abs(actual[name as 'dx']![i]! - value)).toBeLessThan(1e-5 * scale);
      });
    }
    const ops = (await recorded.profile(inputs)).map(({ op }) => op);
    expect(ops.filter((op) => /Fused(Conv2D|MatMul)/.test(op))).toHaveLength(1);
    expect(ops.filter((op) => /^(Relu|BiasAdd|Add|AddV2)$/.test(op))).toEqual([]);
    await recorded.dispose();
    tf.dispose(inputs);
  });
});
