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

/**
 * Makes tensors of a batch: pixels in [−1, 1], [size, …imageShape], beside the teacher's embeddings, [size, embeddingSize].
 * @param imageShape [height, width, channels], such as a model's `gx.imageShape`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { distillationInputs } from '@lin/train';
 *
 * const batch = { images: new Uint8Array(2 * 16 * 16 * 3), size: 2, targets: Float32Array.of(1, 0, 0, 1) };
 * const { x, targets } = distillationInputs([16, 16, 3])(batch);
 * console.log(x.shape, targets.shape, tf.min(x).dataSync()[0]);
 * ```
 * ```text
 * [ 2, 16, 16, 3 ] [ 2, 2 ] -1
 * ```
 */
export function distillationInputs(imageShape: readonly number[]): (batch: DistillationBatch) => DistillationInputs {
  return ({ images, size, targets }) => ({
    x: imagesToTensor(images, [size, ...imageShape]),
    targets: tf.tensor2d(targets, [size, targets.length / size]),
  });
}
