// Distillation by several losses at once: a weighted sum, each of whose terms is reported.
import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingLoss } from '../losses/embedding-loss.js';
import type { Objective } from '../training/objective.js';
import {
  distillation,
  type DistillationInputs,
  type DistillationScalars,
  type EmbeddingModel,
} from './distillation.js';

/** `weight`: what the term is multiplied by in the sum. */
export type LossTerm<I extends DistillationInputs = DistillationInputs> = { weight: number } & (
  | {
      /** One of `LOSSES`, or a penalty such as `orthogonality(matrix)`. */
      loss: EmbeddingLoss;
    }
  | {
      /** A loss of the predictions [B, d] and of whatever the batch has, such as labels. */
      lossOf: (prediction: tf.Tensor2D, inputs: I) => tf.Scalar;
    }
);

/** The sum and the mean cosine; and each term by its name, not multiplied by its weight. */
export type WeightedDistillationScalars<N extends string> = DistillationScalars & {
  [name in `loss.${N}`]: tf.Scalar;
};

/**
 * Distillation of embeddings by several losses at once, as multi-task training sums them: `loss` is Σ weight · term. Each term is reported
 * beside it as `loss.<name>`, before its weight, with the mean cosine to the targets.
 * @param model A Linearizer, or any other function to embeddings, [B, …] → [B, d].
 * @param terms By name: letters, digits, dots, dashes and underscores.
 * @throws RangeError for no terms, or a weight that is not a finite number.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { LOSSES, weightedDistillation } from '@lin/train';
 *
 * const model = { apply: (x: tf.Tensor) => x as tf.Tensor2D };
 * const objective = weightedDistillation(model, {
 *   cosine: { loss: LOSSES.cosine, weight: 1 },
 *   relational: { loss: LOSSES.relational, weight: 0.5 },
 * });
 * const scalars = objective({ x: tf.tensor2d([[1, 0], [1, 0]]), targets: tf.tensor2d([[1, 0], [0, 1]]) });
 * console.log(scalars.loss.dataSync()[0], Object.keys(scalars));
 * ```
 * ```text
 * 0.75 [ 'loss', 'cosine', 'loss.cosine', 'loss.relational' ]
 * ```
 */
export function weightedDistillation<N extends string, I extends DistillationInputs = DistillationInputs>(
  model: EmbeddingModel,
  terms: Readonly<Record<N, LossTerm<I>>>,
): Objective<I, WeightedDistillationScalars<N>> {
  const entries = Object.entries<LossTerm<I>>(terms);
  if (entries.length === 0) throw new RangeError('weightedDistillation: there are no terms; expected at least one.');
  for (const [name, { weight }] of entries) {
    if (!Number.isFinite(weight))
      throw new RangeError(`weightedDistillation: the weight of ${name} is ${weight}; expected a finite number.`);
  }
  return (inputs) => {
    const values: Record<string, tf.Scalar> = {};
    const sum = (prediction: tf.Tensor2D, targets: tf.Tensor2D) => {
      const ofTerms = entries.map(([name, term]) => {
        const value = 'loss' in term ? term.loss(prediction, targets) : term.lossOf(prediction, inputs);
        values[`loss.${name}`] = value;
        return value;
      });
      const weights = entries.map(([, { weight }]) => weight);
      return tf.sum<tf.Scalar>(tf.mul(tf.stack(ofTerms), weights)); // a chain of additions TensorFlow would do in bfloat16
    };
    const { loss, cosine } = distillation(model, sum)(inputs);
    return { loss, cosine, ...values } as ReturnType<Objective<I, WeightedDistillationScalars<N>>>;
  };
}
