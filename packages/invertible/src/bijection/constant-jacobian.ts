// Bijections that change volume alike everywhere: linear maps and rearrangements.
import * as tf from '@tensorflow/tfjs-core';
import { JacobianAtInput } from './jacobian-at-input.js';

export abstract class ConstantJacobian extends JacobianAtInput {
  /** log|det ∂y/∂x|, a scalar; 0 unless a block says otherwise. */
  protected logVolume(): tf.Tensor {
    return tf.scalar(0);
  }

  protected logDeterminant(x: tf.Tensor): tf.Tensor1D {
    return tf.add(tf.zeros([x.shape[0]!]), this.logVolume());
  }
}
