// Bijections that change volume alike everywhere: linear maps and rearrangements. They state the map and its inverse; the rest is here.
import * as tf from '@tensorflow/tfjs-core';
import { unlessEmpty } from './empty-batch.js';
import { requireShape, type Invertible, type Shape } from './invertible.js';

export abstract class ConstantJacobian implements Invertible {
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

  /** log|det ∂y/∂x|, a scalar; 0 unless a block says otherwise. */
  protected logVolume(): tf.Tensor {
    return tf.scalar(0);
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape(this.name, x, this.inputShape);
    return tf.tidy(() => unlessEmpty(x, this.outputShape, () => this.map(x)));
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape(`${this.name} inverse`, y, this.outputShape);
    return tf.tidy(() => unlessEmpty(y, this.inputShape, () => this.unmap(y)));
  }

  forward(x: tf.Tensor) {
    return { y: this.apply(x), logDet: tf.tidy(() => tf.add(zeroPerSample(x), this.logVolume())) as tf.Tensor1D };
  }

  inverse(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.tidy(() => tf.sub(zeroPerSample(y), this.logVolume())) as tf.Tensor1D };
  }

  dispose(): void {}
}

const zeroPerSample = (x: tf.Tensor) => tf.zeros<tf.Rank.R1>([x.shape[0]!]);
