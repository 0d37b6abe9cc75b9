// What bijections without a context have in common: batches are checked, empty ones pass, and the inverse's log-determinant is the forward
// one's
// with its sign turned. A block states its two maps and how they change volume.
import * as tf from '@tensorflow/tfjs-core';
import { unlessEmpty } from './empty-batch.js';
import { requireShape, type Invertible, type Shape } from './invertible.js';

export abstract class CheckedBijection implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Names the block in errors; a bundler may have shortened the class's. */
  private readonly name: string;

  constructor(name: string, inputShape: Shape, outputShape: Shape = inputShape) {
    this.name = name;
    this.inputShape = inputShape;
    this.outputShape = outputShape;
  }

  /** y of a batch x whose shape was checked. */
  protected abstract map(x: tf.Tensor): tf.Tensor;

  /** x of a batch y whose shape was checked. */
  protected abstract unmap(y: tf.Tensor): tf.Tensor;

  /** log|det ∂y/∂x| at each sample of x, [B]. */
  protected abstract logDeterminant(x: tf.Tensor): tf.Tensor1D;

  apply(x: tf.Tensor): tf.Tensor {
    requireShape(this.name, x, this.inputShape);
    return tf.tidy(() => unlessEmpty(x, this.outputShape, () => this.map(x)));
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape(`${this.name} inverse`, y, this.outputShape);
    return tf.tidy(() => unlessEmpty(y, this.inputShape, () => this.unmap(y)));
  }

  applyWithLogDet(x: tf.Tensor) {
    const y = this.apply(x);
    return { y, logDet: this.logDeterminantOf(x) };
  }

  invertWithLogDet(y: tf.Tensor) {
    const x = this.invert(y);
    return { x, logDet: tf.tidy(() => tf.sub(0, this.logDeterminantOf(x))) as tf.Tensor1D };
  }

  dispose(): void {}

  private logDeterminantOf(x: tf.Tensor): tf.Tensor1D {
    return tf.tidy(() => (x.shape[0] === 0 ? tf.zeros([0]) : this.logDeterminant(x)));
  }
}
