// A penalty on flows that stretch or squeeze (Behrmann et al. 2021, "Understanding and mitigating exploding inverses in invertible neural
// networks", https://arxiv.org/abs/2006.09347, section 4: bi-Lipschitz constants by finite differences), between images of the batch.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';

/**
 * How far a flow is from keeping distances: mean over neighbours of the batch, i and i + 1, of log²(|z_i − z_j| / |x_i − x_j|), after
 * the finite differences of Behrmann et al. 2021 (https://arxiv.org/abs/2006.09347, section 4). It is zero for an isometry; e^±√value
 * are typical stretches. What is bounded so has an inverse that is bounded, too, and keeps its digits in float32.
 * Two images that are the same count as none.
 * @param flow From x to z, such as `model.gx.scales` of an image flow.
 * @throws RangeError, at a step, for a batch, or a micro-batch, of one sample.
 * @returns A term `lossOf` for `weightedDistillation`, of the batch's `x`, of at least two samples.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { LeakyRelu } from '@lin/invertible';
 * import { biLipschitz } from '@lin/train';
 *
 * const halves = biLipschitz(new LeakyRelu({ shape: [1], slope: 0.5 })); // of negative numbers
 * console.log(halves(undefined, { x: tf.tensor2d([[1], [3]]) }).dataSync()[0]);
 * console.log(Math.sqrt(halves(undefined, { x: tf.tensor2d([[-1], [-3]]) }).dataSync()[0]!).toFixed(4)); // log 2
 * ```
 * ```text
 * 0
 * 0.6931
 * ```
 */
export function biLipschitz(
  flow: Pick<Invertible, 'apply'>,
): (prediction: unknown, inputs: { x: tf.Tensor }) => tf.Scalar {
  return (_, { x }) => {
    if (x.shape[0]! < 2)
      throw new RangeError(
        `biLipschitz: a batch of ${x.shape[0]} has no two samples to compare; expected at least 2, in each of its micro-batches.`,
      );
    return tf.tidy(() => {
      const [before, after] = [x, flow.apply(x)].map(squaredDistances) as [tf.Tensor, tf.Tensor];
      const differs = tf.cast(tf.greater(before, 0), 'float32');
      const same = tf.sub(1, differs);
      const stretch = tf.mul(tf.log(tf.div(tf.add(after, same), tf.add(before, same))), tf.mul(differs, 0.5));
      return tf.div(tf.sum(tf.square(stretch)), tf.maximum(tf.sum(differs), 1)) as tf.Scalar;
    });
  };
}

/** Between each sample and the next, the last and the first: [B]. */
function squaredDistances(x: tf.Tensor): tf.Tensor {
  const rows = tf.reshape(x, [x.shape[0]!, -1]);
  const next = tf.concat([tf.slice(rows, [1, 0]), tf.slice(rows, [0, 0], [1, -1])], 0);
  return tf.sum(tf.squaredDifference(rows, next), 1);
}
