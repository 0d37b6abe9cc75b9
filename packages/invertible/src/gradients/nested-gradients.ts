// Gradients inside a gradient function, which tfjs does not offer: the one place here that knows of its engine's tape.
import * as tf from '@tensorflow/tfjs-core';

/**
 * dy · ∂f/∂x for each x of `of`; null for what has no influence. tfjs keeps one tape and drops it when gradients are done: the outer one's
 * is put aside meanwhile.
 */
export function nestedGradients(f: () => tf.Tensor, of: tf.Tensor[], dy: tf.Tensor): (tf.Tensor | null)[] {
  const engine = tf.engine();
  const { activeTape } = engine.state;
  try {
    return engine.gradients(f, of, dy, true).grads;
  } finally {
    engine.state.activeTape = activeTape;
  }
}
