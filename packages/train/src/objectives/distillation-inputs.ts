// Images beside their teacher's embeddings, as bytes and numbers: what distillation is given of them.
import * as tf from '@tensorflow/tfjs-core';
import { imagesToTensor } from './images-to-tensor.js';
import type { TrainingBatch } from '../training/training-data.js';
import type { DistillationInputs } from './distillation.js';

export interface DistillationBatch extends TrainingBatch {
  /** Bytes of `size` images, one after the other. */
  images: Uint8Array;
  /** The teacher's unit embeddings, [size, embeddingSize]. */
  targets: Float32Array;
}

/** Batches of images of `imageShape`, such as a model's `gx.imageShape`, as tensors: pixels in [−1, 1] beside their targets. */
export function distillationInputs(imageShape: readonly number[]): (batch: DistillationBatch) => DistillationInputs {
  return ({ images, size, targets }) => ({
    x: imagesToTensor(images, [size, ...imageShape]),
    targets: tf.tensor2d(targets, [size, targets.length / size]),
  });
}
