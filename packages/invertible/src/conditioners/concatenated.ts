// Networks side by side on the same input.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from './conditioner.js';

/** The outputs of all `parts`, one after the other: for models that have one network for scales and one for shifts. */
export class Concatenated implements Conditioner {
  constructor(readonly parts: readonly Conditioner[]) {}

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() =>
      tf.concat(
        this.parts.map((part) => part.apply(x)),
        x.rank - 1,
      ),
    );
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}
