// One step of maximum likelihood: gradients of the mean negative log-likelihood of a batch, given to a tfjs optimiser.
import * as tf from '@tensorflow/tfjs-core';
import { trainableVariables } from '../parameters/named-variables.js';
import type { Flow } from './flow.js';

export interface LabelledBatch {
  /** [B, …]. */
  x: tf.Tensor;
  /** [B, …contextShape], where the flow is conditional. */
  context?: tf.Tensor | undefined;
}

/** Takes a step on a batch, which stays the caller's, and gives the loss before it, in nats per sample. */
export type LikelihoodStep = (batch: LabelledBatch) => Promise<number>;

export interface LikelihoodStepOptions {
  optimizer: tf.Optimizer;
  /** Gradients longer than this, all variables together, are scaled down to it. */
  maxGradientNorm?: number;
}

/** A loss that is NaN or infinite; the parameters are those before the step. */
export class DivergedError extends Error {
  override name = 'DivergedError';
  readonly fault = 'environment';
}

/** −mean log p(x | context): the loss. A recorded step needs nothing else from here. */
export function negativeLogLikelihood(flow: Flow, { x, context }: LabelledBatch): tf.Scalar {
  return tf.tidy(() => tf.neg(tf.mean(flow.logProb(x, context))) as tf.Scalar);
}

/** @throws DivergedError, from the step, when the loss is not finite: nothing is updated then. */
export function likelihoodStep(
  flow: Flow,
  { optimizer, maxGradientNorm = Infinity }: LikelihoodStepOptions,
): LikelihoodStep {
  const variables = [...trainableVariables(flow).values()];
  return async (batch) => {
    const { value, grads } = tf.variableGrads(() => negativeLogLikelihood(flow, batch), variables);
    try {
      const loss = (await value.data())[0]!;
      if (!Number.isFinite(loss)) {
        throw new DivergedError(
          `likelihoodStep: the loss is ${loss}; expected a finite number. Look at the data, or lower the learning rate.`,
        );
      }
      tf.tidy(() => optimizer.applyGradients(clipped(grads, maxGradientNorm)));
      return loss;
    } finally {
      tf.dispose([value, grads]);
    }
  };
}

function clipped(gradients: tf.NamedTensorMap, maxNorm: number): tf.NamedTensorMap {
  if (maxNorm === Infinity) return gradients;
  const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
  const factor = tf.minimum(tf.div(maxNorm, tf.maximum(norm, Number.EPSILON)), 1);
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
}
