// Fitting a flow to a density that is known up to a factor: variational inference (Rezende & Mohamed 2015, arXiv 1505.05770, §2).
import * as tf from '@tensorflow/tfjs-core';
import type { SampleOptions } from '../distributions/distribution.js';
import type { Flow } from './flow.js';

export interface ReverseKlOptions extends SampleOptions {
  /** The logarithm of the target's density at each sample, [B, …] → [B], up to a constant; differentiable. */
  logTarget: (x: tf.Tensor) => tf.Tensor1D;
  /** [count, …contextShape], where the flow is conditional. */
  context?: tf.Tensor;
}

/**
 * mean[log q(x) − log p(x)] over samples x of the flow q, in nats: the Kullback–Leibler divergence KL(q ‖ p) and a constant, the logarithm
 * of the factor that p lacks. Its gradients pass through the samples (Kingma & Welling 2014, arXiv 1312.6114), so no sample of p is needed.
 * It looks for one mode rather than covering all: where p has several, start wide.
 * @param flow What is fitted.
 * @param options The target; how many samples, and their seed: another at each step.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs'; // with its gradients
 * import { ElementwiseAffine, Flow, reverseKl, trainableVariables } from '@lin/invertible';
 * const flow = new Flow({ transform: new ElementwiseAffine({ shape: [1], maxLogScale: 5 }) });
 * const logTarget = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(tf.sub(x, 3)), -2), 1) as tf.Tensor1D; // N(3, ½²), not normalised
 * const optimizer = tf.train.adam(0.1);
 * for (let seed = 0; seed < 500; seed++) optimizer.minimize(() => reverseKl(flow, { logTarget, count: 64, seed }));
 * const { mean, variance } = tf.moments(flow.sample({ count: 4000, seed: 1 }));
 * console.log(Math.abs(mean.dataSync()[0]! - 3) < 0.1, Math.abs(Math.sqrt(variance.dataSync()[0]!) - 0.5) < 0.1);
 * ```
 * ```text
 * true true
 * ```
 */
export function reverseKl(flow: Flow, { logTarget, ...options }: ReverseKlOptions): tf.Scalar {
  return tf.tidy(() => {
    const { x, logProb } = flow.sampleAndLogProb(options);
    return tf.mean(tf.sub(logProb, logTarget(x))) as tf.Scalar;
  });
}
