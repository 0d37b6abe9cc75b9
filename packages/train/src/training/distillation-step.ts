// One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update.
import * as tf from '@tensorflow/tfjs-core';
import type { Encoder, Linearizer } from '@lin/linearizer';
import { cosineSimilarity, unitMeanSquaredError } from '../losses/unit-sphere.js';
import type { Adam } from '../optimisers/adam.js';

export interface DistillationInputs extends Record<string, tf.Tensor> {
  /** Pixels in [−1, 1], [B, 112, 112, 3]. */
  images: tf.Tensor4D;
  /** The teacher's unit embeddings, [B, embeddingSize]. */
  targets: tf.Tensor2D;
  learningRate: tf.Scalar;
}

/** All scalars: the loss, the mean cosine to the targets, the gradient norm before clipping. */
export interface DistillationOutputs extends Record<string, tf.Tensor> {
  loss: tf.Scalar;
  cosine: tf.Scalar;
  gradientNorm: tf.Scalar;
}

/** The step of `model` under `optimiser`. A gradient that is not finite changes no parameter. */
export function distillationStep(
  model: Linearizer<Encoder>,
  optimiser: Adam,
): (inputs: DistillationInputs) => DistillationOutputs {
  return ({ images, targets, learningRate }) =>
    tf.tidy(() => {
      let prediction: tf.Tensor2D | undefined;
      const { value: loss, grads } = tf.variableGrads(() => {
        prediction = tf.keep(model.apply(images));
        return unitMeanSquaredError(prediction, targets);
      }, optimiser.variables);
      const cosine = tf.mean<tf.Scalar>(cosineSimilarity(prediction!, targets));
      prediction!.dispose();
      return { loss, cosine, gradientNorm: optimiser.applyGradients(grads, learningRate) };
    });
}
