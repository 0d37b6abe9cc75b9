// Tensors that ops save for their gradients: tfjs frees them when the gradient is there, and keeps them for ever where the function, or a
// gradient, throws. Here they are freed then, too.
import * as tf from '@tensorflow/tfjs-core';
import { once } from '../once.js';

/** What of tfjs's engine this needs, as tfjs-core 4.22 has it. */
interface Engine {
  state: { gradientDepth: number; activeTape: { saved?: tf.Tensor[] }[] | null };
  gradients(...args: unknown[]): unknown;
}

export function freeSavedTensorsOfFailures(): void {
  once('saved tensors', () => {
    const engine = tf.engine() as unknown as Engine;
    const own = engine.gradients.bind(engine);
    engine.gradients = (...args) => {
      const { state } = engine;
      const isOutermost = state.gradientDepth === 0;
      const before = isOutermost ? 0 : state.activeTape!.length;
      try {
        return own(...args);
      } catch (error) {
        for (const { saved = [] } of state.activeTape?.splice(before) ?? []) tf.dispose(saved);
        if (isOutermost) state.activeTape = null;
        throw error;
      }
    };
  });
}
