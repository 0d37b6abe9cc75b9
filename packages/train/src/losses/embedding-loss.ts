import type * as tf from '@tensorflow/tfjs-core';

/** How far predictions [B, d], of any lengths, are from unit targets [B, d]: a mean over the batch. */
export type EmbeddingLoss = (prediction: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar;
