import type * as tf from '@tensorflow/tfjs-core';

/** A linear map of latent vectors, applied to rows: [B, inputDim] → [B, outputDim]. */
export interface LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  apply(z: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}
