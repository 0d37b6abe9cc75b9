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

/**
 * Distillation of embeddings (Hinton, Vinyals, Dean 2015, https://arxiv.org/abs/1503.02531, for targets that are vectors): `loss`
 * between what `model` makes of `x` and the teacher's `targets`. The mean cosine of the two is reported beside it.
 * @param model A Linearizer, or any other function to embeddings, [B, …] → [B, d].
 * @param loss Between predictions and unit targets, such as one of `LOSSES`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { distillation, LOSSES } from '@lin/train';
 *
 * const model = { apply: (x: tf.Tensor) => x as tf.Tensor2D };
 * const objective = distillation(model, LOSSES.cosine);
 * const { loss } = objective({ x: tf.tensor2d([[2, 0], [0, 3]]), targets: tf.tensor2d([[1, 0], [1, 0]]) });
 * console.log(loss.dataSync()[0]!.toFixed(2));
 * ```
 * ```text
 * 0.50
 * ```
 */
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
