import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/toy.js';
import { writeOnnx } from './write-onnx.js';

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await temporaryFolder();
});

type Mapping = (x: tf.Tensor) => tf.Tensor;

/** Writes `f`, of samples of `shape`, and tries it on a batch of 1 and one of 4. */
async function tryOut(f: Mapping, shape: readonly number[], path = join(folder, 'f.onnx')) {
  const samples = tf.randomUniform([4, ...shape], 0.5, 1.5, 'float32', 7);
  const before = tf.memory().numTensors;
  try {
    return await writeOnnx(path, f, {
      name: 'f',
      inputShape: shape,
      inputName: 'x',
      outputName: 'y',
      metadata: {},
      samples,
    });
  } finally {
    expect(tf.memory().numTensors).toBe(before);
    samples.dispose();
  }
}

const noise = (shape: number[]) => tf.randomNormal(shape, 0, 1, 'float32', 3);
const filters = (shape: [number, number, number, number]) => noise(shape) as tf.Tensor4D;

const OF_VECTORS: Record<string, Mapping> = {
  'element by element': (x) =>
    tf.add(
      tf.sub(tf.exp(tf.neg(x)), tf.tanh(x)),
      tf.div(tf.sigmoid(x), tf.maximum(tf.sqrt(x), tf.minimum(tf.abs(x), 0.7))),
    ),
  'powers and logarithms': (x) =>
    tf.add(
      tf.mul(tf.log(x), tf.square(x)),
      tf.add(tf.pow(x, 1.5), tf.mul(tf.rsqrt(x), tf.add(tf.atan(x), tf.softplus(x)))),
    ),
  'matrices, transposed or not': (x) =>
    tf.relu(
      tf.matMul(tf.matMul(x as tf.Tensor2D, noise([6, 5]) as tf.Tensor2D), noise([6, 5]) as tf.Tensor2D, false, true),
    ),
  'parts, joined and in another order': (x) => {
    const [a, b, c] = tf.split(x, [1, 2, 3], -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.gather(tf.concat([c, a, b], -1), tf.tensor1d([5, 0, 1, 4, 3, 2], 'int32'), 1);
  },
  'sums and means': (x) =>
    tf.concat([tf.mean(x, 1, true), tf.sum(x, -1, true), tf.mean(tf.reshape(x, [-1, 2, 3]), [2])], 1),
  'products with more axes': (x) => tf.matMul(tf.reshape(x, [-1, 2, 3]), tf.reshape(x, [-1, 2, 3]), true, false),
  'zeros for each sample': (x) => tf.add(x, tf.zeros([x.shape[0]!, 6])),
};

const OF_IMAGES: Record<string, Mapping> = {
  'windows with zeros around, as TensorFlow has them': (x) =>
    tf.conv2d(x as tf.Tensor4D, filters([3, 3, 2, 5]), 1, 'same'),
  'strides, where the zeros are uneven': (x) => tf.conv2d(x as tf.Tensor4D, filters([7, 7, 2, 3]), 2, 'same'),
  'the same zeros on either side': (x) => tf.conv2d(x as tf.Tensor4D, filters([3, 3, 2, 3]), 2, 1),
  'no zeros': (x) => tf.conv2d(x as tf.Tensor4D, filters([2, 3, 2, 3]), 1, 'valid'),
  'single pixels': (x) => tf.conv2d(x as tf.Tensor4D, filters([1, 1, 2, 3]), 1, 'same'),
  'channels from patches': (x) =>
    tf.reshape(tf.transpose(tf.reshape(x, [-1, 4, 2, 4, 4]), [0, 1, 3, 2, 4]), [-1, 4, 4, 8]),
  'flat vectors': (x) => tf.reshape(x, [-1, 128]),
};

describe('a function as ONNX gives the same for any number of samples', () => {
  test.each(Object.entries(OF_VECTORS))('of vectors: %s', async (_, f) => {
    const { difference, input } = await tryOut(f, [6]);
    expect(difference).toBeLessThan(2e-6);
    expect(input).toBe('x [batch, 6]');
  });

  test.each(Object.entries(OF_IMAGES))('of images, channels first: %s', async (_, f) => {
    const { difference, input, opset } = await tryOut(f, [8, 8, 2]);
    expect(difference).toBeLessThan(2e-6);
    expect([input, opset]).toEqual(['x [batch, 2, 8, 8]', 17]);
  });
});

describe('a function that cannot be written so', () => {
  const refused = async (f: Mapping) => {
    const path = join(folder, 'refused.onnx');
    await writeFile(path, 'of an earlier export');
    const error = await tryOut(f, [6], path).catch((thrown: Error) => thrown);
    expect(existsSync(path)).toBe(false);
    return error;
  };

  test('since it depends on values that were read: the file is deleted', async () => {
    expect(await refused((x) => tf.mul(x, x.dataSync()[0]!))).toMatchObject({
      name: 'ExportError',
      message: expect.stringMatching(
        /differs from the model by 0\.\d+ on 4 images, more than 0\.0001; it is deleted\.$/,
      ),
    });
  });

  test('since a kernel has no translation', async () => {
    expect(await refused((x) => tf.cumsum(x, 1))).toMatchObject({
      message: 'f uses the kernel Cumsum, which has no translation to ONNX yet.',
    });
  });

  test('since it is another one for another number of samples', async () => {
    expect(await refused((x) => (x.shape[0] === 2 ? tf.neg(x) : tf.exp(x)))).toMatchObject({
      message: 'The model computes batches of different sizes in different ways.',
    });
    expect(await refused((x) => tf.add(x, tf.reshape(tf.range(0, x.size), x.shape)))).toMatchObject({
      message: 'The model has a constant with another value for each sample of a batch.',
    });
    expect(
      await refused((x) => tf.reshape(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true), [-1])),
    ).toMatchObject({
      name: 'ExportError',
    });
  });
});
