// What decides how a coupling maps: a network from the passing part to the parameters of the other.
import type * as tf from '@tensorflow/tfjs-core';

/** It must be pure: no dropout, no batch statistics, the same result twice. Last layer zero: a new coupling is the identity. */
export interface Conditioner {
  /**
   * Passing channels [B, …, inputs], the context's among them, to parameters [B, …, outputs]: all first ones, all second ones, … as in [h |
   * t].
   */
  apply(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}
