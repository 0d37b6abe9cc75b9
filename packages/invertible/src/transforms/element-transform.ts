// What couplings and autoregressive flows do to each element: an increasing map of numbers, whose parameters a network gives.
import type * as tf from '@tensorflow/tfjs-core';

/**
 * A map of x [B, …, C] by `parameters` [B, …, P·C]: first all elements' first parameter, then all second ones, and so on, as in [h | t].
 * Parameters of 0 make it the identity. An element's result depends on that element and its own parameters alone.
 */
export interface ElementTransform {
  /** P. */
  readonly parametersPerElement: number;
  /** `logDerivative` is log dy/dx of each element, of x's shape. */
  applyWithLogDerivative(x: tf.Tensor, parameters: tf.Tensor): { y: tf.Tensor; logDerivative: tf.Tensor };
  /** `logDerivative` is log dx/dy: that of the other direction with its sign turned. */
  invertWithLogDerivative(y: tf.Tensor, parameters: tf.Tensor): { x: tf.Tensor; logDerivative: tf.Tensor };
}
