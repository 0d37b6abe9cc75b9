// Bijections whose volume change is a function of x alone: the inverse's log-determinant is the forward one's at the x that was found, with
// its sign turned. A block states its two maps and how they change volume.
import * as tf from '@tensorflow/tfjs-core';
import { CheckedBijection, type Passage } from './checked-bijection.js';

export abstract class JacobianAtInput extends CheckedBijection {
  /** y of a batch x that was checked. */
  protected abstract map(x: tf.Tensor): tf.Tensor;

  /** x of a batch y that was checked. */
  protected abstract unmap(y: tf.Tensor): tf.Tensor;

  /** log|det ∂y/∂x| at each sample of x, [B]. */
  protected abstract logDeterminant(x: tf.Tensor): tf.Tensor1D;

  protected forwards(x: tf.Tensor): Passage {
    return { value: this.map(x), logDet: () => this.logDeterminant(x) };
  }

  protected backwards(y: tf.Tensor): Passage {
    const x = this.unmap(y);
    return { value: x, logDet: () => tf.sub(0, this.logDeterminant(x)) };
  }
}
