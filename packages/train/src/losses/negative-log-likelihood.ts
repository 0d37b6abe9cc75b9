// How unlikely a flow finds its images (Dinh et al. 2017, RealNVP, https://arxiv.org/abs/1605.08803, eq. 2–3), as a term beside a
// distillation: it keeps g_x's latents of images near a normal distribution, so that what is mapped back from there looks like them.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';

/**
 * The negative log-likelihood of a batch under a flow with a standard normal base, in nats a dimension:
 * mean of (½ |z|² − log|det ∂z/∂x|) / n + ½ log 2π with z = flow(x) of n numbers (Dinh et al. 2017, https://arxiv.org/abs/1605.08803,
 * eq. 2–3).
 * @param flow From x to z, such as `model.gx.scales` of an image flow.
 * @returns A term `lossOf` for `weightedDistillation`, of the batch's `x`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { ElementwiseAffine } from '@lin/invertible';
 * import { negativeLogLikelihood } from '@lin/train';
 *
 * const term = negativeLogLikelihood(new ElementwiseAffine({ shape: [2] }));
 * const nats = term(undefined, { x: tf.zeros([3, 2]) }).dataSync()[0]!;
 * console.log(nats.toFixed(4)); // ½ log 2π: of a standard normal at its mean
 * ```
 * ```text
 * 0.9189
 * ```
 */
export function negativeLogLikelihood(
  flow: Pick<Invertible, 'applyWithLogDet'>,
): (prediction: unknown, inputs: { x: tf.Tensor }) => tf.Scalar {
  return (_, { x }) =>
    tf.tidy(() => {
      const { y: z, logDet } = flow.applyWithLogDet(x);
      const dimensions = z.size / z.shape[0]!;
      const volume = tf.div(tf.mean(logDet), dimensions);
      return tf.add(tf.sub(tf.mul(tf.mean(tf.square(z)), 0.5), volume), 0.5 * Math.log(2 * Math.PI)) as tf.Scalar;
    });
}
