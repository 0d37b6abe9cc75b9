// What a coupling does to the elements it transforms. Every ElementTransform is one.
import type * as tf from '@tensorflow/tfjs-core';

/**
 * Like an `ElementTransform`, but free to look at all transformed elements' parameters, as volume-preserving scales do.
 * `active` is 1 for elements that are transformed and 0 for those that are not, of a shape that broadcasts to x's; without it all are.
 */
export interface CouplingTransform {
  readonly parametersPerElement: number;
  applyWithLogDerivative(
    x: tf.Tensor,
    parameters: tf.Tensor,
    active?: tf.Tensor,
  ): { y: tf.Tensor; logDerivative: tf.Tensor };
  invertWithLogDerivative(
    y: tf.Tensor,
    parameters: tf.Tensor,
    active?: tf.Tensor,
  ): { x: tf.Tensor; logDerivative: tf.Tensor };
}
