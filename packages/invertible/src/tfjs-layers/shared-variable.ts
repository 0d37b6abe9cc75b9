// A weight of a tfjs layer that is a variable of somebody else's: tfjs-layers makes a variable of its own for every weight, which would
// leave the transform behind when the model is trained.
import type * as tf from '@tensorflow/tfjs-core';
import { LayerVariable } from '@tensorflow/tfjs-layers';

/** Reads, assigns and freezes `variable` itself, which stays its owner's to dispose. */
export class SharedVariable extends LayerVariable {
  constructor(variable: tf.Variable, name: string) {
    super(variable, variable.dtype, name, variable.trainable); // makes a second variable on the same memory
    this.val.dispose();
    Object.assign(this, { val: variable });
  }

  override get trainable(): boolean {
    return this.val.trainable;
  }

  override set trainable(trainable: boolean) {
    this.val.trainable = trainable;
  }

  override dispose(): void {}
}
