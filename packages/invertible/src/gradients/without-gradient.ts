// Choices: comparisons and logical operations, whose gradient tfjs does not know, and would ask for.
import * as tf from '@tensorflow/tfjs-core';

/** What `choose` gives, as a constant: no gradient goes through it. */
export function withoutGradient(choose: () => tf.Tensor): tf.Tensor {
  return tf.customGrad(() => ({ value: choose(), gradFunc: () => [] }))();
}
