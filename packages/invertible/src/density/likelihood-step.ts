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

/**
 * −mean log p(x | context), in nats per sample: the loss of maximum likelihood. A recorded step needs nothing else from here.
 * @param flow What is trained.
 * @param batch `x`, [B, …]; `context`, [B, …contextShape], where the flow is conditional.
 * @throws ShapeError for a batch or context of another shape.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Flow, negativeLogLikelihood, Reverse } from '@lin/invertible';
 * const flow = new Flow({ transform: new Reverse({ shape: [2] }) });
 * negativeLogLikelihood(flow, { x: tf.zeros([4, 2]) }).print(); // log 2π
 * ```
 * ```text
 * Tensor
 *     1.8378770351409912
 * ```
 */
export function negativeLogLikelihood(flow: Flow, { x, context }: LabelledBatch): tf.Scalar {
  return tf.tidy(() => tf.neg(tf.mean(flow.logProb(x, context))) as tf.Scalar);
}

/**
 * One step of maximum likelihood with any optimiser of tfjs, which stays the caller's.
 * @param flow What is trained: all trainable variables of it.
 * @param options The `optimizer`; `maxGradientNorm`, to which a longer gradient of all variables together is scaled down.
 * @returns Takes a batch, which stays the caller's, and gives the loss before the step, in nats per sample.
 * @throws DivergedError, from the step, when the loss is not finite: nothing is updated then.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs'; // with its gradients
 * import { Flow, likelihoodStep, realNVP } from '@lin/invertible';
 * const flow = new Flow({ transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8 }) });
 * const step = likelihoodStep(flow, { optimizer: tf.train.adam(0.01, 0.9, 0.999, 1e-8) });
 * const x = tf.mul(tf.randomNormal([64, 2], 0, 1, 'float32', 1), 0.3);
 * const first = await step({ x });
 * for (let i = 0; i < 30; i++) await step({ x });
 * console.log((await step({ x })) < first - 0.3);
 * ```
 * ```text
 * true
 * ```
 */
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
