// Classification with an angular margin, by which face recognisers learn: a network and a direction for each class, trained together.
import type * as tf from '@tensorflow/tfjs-core';
import { arcFaceLoss, type ArcFaceOptions } from '../losses/arcface.js';
import type { Objective } from '../training/objective.js';

export type MarginSoftmaxInputs = {
  /** Of any shape that the network takes, [B, …]. */
  x: tf.Tensor;
  /** Numbers of classes, int32, [B]. */
  labels: tf.Tensor1D;
};

/**
 * ArcFace's loss (https://arxiv.org/abs/1801.07698) of what a network makes of `x`, against a direction for each class: train both.
 * @param network [B, …] → [B, d].
 * @param classes [C, d], usually a `tf.Variable` that the optimiser has, too.
 * @throws RangeError at the first step for options that `arcFaceLoss` refuses.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { marginSoftmax } from '@lin/train';
 *
 * const classes = tf.variable(tf.tensor2d([[1, 0], [0, 1]]));
 * const objective = marginSoftmax((x) => x as tf.Tensor2D, classes, { scale: 1, margin: 0 });
 * const { loss } = objective({ x: tf.tensor2d([[2, 0]]), labels: tf.tensor1d([0], 'int32') });
 * console.log(loss.dataSync()[0]!.toFixed(3), Math.log(1 + Math.exp(-1)).toFixed(3));
 * ```
 * ```text
 * 0.313 0.313
 * ```
 */
export function marginSoftmax(
  network: (x: tf.Tensor) => tf.Tensor2D,
  classes: tf.Tensor2D,
  options: ArcFaceOptions = {},
): Objective<MarginSoftmaxInputs, { loss: tf.Scalar }> {
  return ({ x, labels }) => ({ loss: arcFaceLoss(network(x), classes, labels, options) });
}
