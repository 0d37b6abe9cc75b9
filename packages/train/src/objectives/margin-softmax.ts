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

/** ArcFace's loss of what `network` makes of `x`, [B, d], against `classes`, a direction for each class, [C, d]. */
export function marginSoftmax(
  network: (x: tf.Tensor) => tf.Tensor2D,
  classes: tf.Tensor2D,
  options: ArcFaceOptions = {},
): Objective<MarginSoftmaxInputs, { loss: tf.Scalar }> {
  return ({ x, labels }) => ({ loss: arcFaceLoss(network(x), classes, labels, options) });
}
