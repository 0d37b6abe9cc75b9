import type * as tf from '@tensorflow/tfjs-core';

/**
 * What updates variables from their gradients. An update is made of tensor operations only, so that it can be recorded; all that it
 * remembers is in `namedState()` and `step`, which saved and put back make a resumed run continue exactly.
 */
export interface Optimiser {
  /** What its state is called in checkpoints and recorded steps, such as `adam`. */
  readonly name: string;
  /** What it was given, by name: the trainable ones are updated. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Those that it updates. */
  readonly variables: tf.Variable[];
  /** Updates applied so far, as a float32 scalar. */
  readonly count: tf.Variable<tf.Rank.R0>;
  /** Updates applied so far. */
  step: number;
  /**
   * One update from gradients keyed by tfjs's own variable names, as `tf.variableGrads` returns them; disposes nothing it was given.
   * Returns the global gradient norm before clipping. Where that is not finite, the variables, the state and the count stay as they are.
   */
  applyGradients(gradients: tf.NamedTensorMap, learningRate: tf.Scalar): tf.Scalar;
  /** The state of each updated variable, such as `m.<variable>`. */
  namedState(): Map<string, tf.Variable>;
  dispose(): void;
}
