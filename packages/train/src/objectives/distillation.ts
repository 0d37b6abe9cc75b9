// Distillation of embeddings (Hinton, Vinyals, Dean 2015, https://arxiv.org/abs/1503.02531, for targets that are vectors): a student learns
// to say what its teacher says.
import * as tf from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../losses/unit-sphere.js';
import type { EmbeddingLoss } from '../losses/embedding-loss.js';
import type { Objective } from '../training/objective.js';

export type DistillationInputs = {
  /** Of any shape that the model takes, [B, …]. */
  x: tf.Tensor;
  /** The teacher's unit embeddings, [B, d]. */
  targets: tf.Tensor2D;
};

export type DistillationScalars = {
  loss: tf.Scalar;
  /** Mean cosine of the batch to its targets, before the update. */
  cosine: tf.Scalar;
};

/** A Linearizer, or any other function to embeddings. */
export interface EmbeddingModel {
  apply(x: tf.Tensor): tf.Tensor2D;
}

/** `loss` between what `model` makes of `x` and `targets`. */
export function distillation(
  model: EmbeddingModel,
  loss: EmbeddingLoss,
): Objective<DistillationInputs, DistillationScalars> {
  return ({ x, targets }) => {
    const prediction = tf.keep(model.apply(x)); // for the cosine, of which there are no gradients
    const cosine = () => {
      const value = tf.mean<tf.Scalar>(cosineSimilarity(prediction, targets));
      prediction.dispose();
      return value;
    };
    return { loss: loss(prediction, targets), cosine };
  };
}
