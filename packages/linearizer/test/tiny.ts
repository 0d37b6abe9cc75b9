// Linearizers small enough for the plain JavaScript backend, with weights other than the identity's.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ImageFlow, trainableVariables, VectorFlow } from '@lin/invertible';
import { DenseOperator } from '@lin/operator';
import { Linearizer, type Encoder } from '../src/index.js';

export const LATENT = 8;
export const EMBEDDING = 6;
export const IMAGE = [16, 16, 3];

/** A linear g_x that drops most of the image, as the authors' notebook's CNN does. */
export class AveragingEncoder implements Encoder {
  readonly latentDim = LATENT;
  readonly imageShape = IMAGE;
  readonly numBlocks = 1;
  readonly weights = tf.tidy(() => tf.variable(tf.randomNormal([3, LATENT], 0, 1, 'float32', 5)));

  core(x: tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => tf.matMul(tf.mean<tf.Tensor2D>(x, [1, 2]), this.weights as tf.Tensor2D));
  }

  dispose(): void {
    this.weights.dispose();
  }
}

/** An image flow to 8, a full 6×8 operator, a vector flow of 6. */
export function tinyLinearizer(seed = 1): Linearizer<ImageFlow, DenseOperator> {
  const model = new Linearizer({
    gx: new ImageFlow({
      imageShape: IMAGE,
      latentDim: LATENT,
      numBlocks: [1, 1, 1],
      hiddenDim: [4, 4, 4],
      coreFlow: { numBlocks: 2, hiddenDim: 8, numLayers: 2 },
      seed,
    }),
    A: new DenseOperator({ inputDim: LATENT, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, numBlocks: 2, hiddenDim: 8, numLayers: 2, seed: seed + 1 }),
  });
  stir(model, seed);
  return model;
}

/** Moves every trainable variable by a little: couplings begin as the identity, and would hide mistakes. */
export function stir(module: object, seed: number): void {
  let next = 1000 * seed;
  for (const variable of trainableVariables(module).values()) {
    tf.tidy(() => variable.assign(tf.add(variable, tf.randomNormal(variable.shape, 0, 0.1, 'float32', ++next))));
  }
}

/** `count` images in [−1, 1]. */
export function randomImages(count: number, seed = 7): tf.Tensor4D {
  return tf.randomUniform<tf.Rank.R4>([count, 16, 16, 3], -1, 1, 'float32', seed);
}

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-linearizer-'));

/** `count` embeddings. */
export function randomVectors(count: number, seed = 7): tf.Tensor2D {
  return tf.randomNormal<tf.Rank.R2>([count, EMBEDDING], 0, 1, 'float32', seed);
}

const largest = (tensor: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tensor)).dataSync()[0]!);

/** Largest difference of two tensors, relative to the largest entry of the second. */
export const relativeDifference = (actual: tf.Tensor, expected: tf.Tensor) =>
  tf.tidy(() => largest(tf.sub(actual, expected)) / largest(expected));
