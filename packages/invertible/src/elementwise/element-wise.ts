// Bijections that map every number by itself, with one formula for all: y_i = f(x_i). log|det| = Σ log f′(x_i).
import * as tf from '@tensorflow/tfjs-core';
import { unlessEmpty } from '../empty-batch.js';
import { requireShape, requireSizes, sumPerSample, type Invertible, type Shape } from '../invertible.js';

export interface ElementWiseOptions {
  shape: Shape;
}

export abstract class ElementWise implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Names the block in errors; a bundler may have shortened the class's. */
  private readonly name: string;

  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor(name: string, shape: Shape) {
    requireSizes(name, shape);
    this.name = name;
    this.inputShape = this.outputShape = shape;
  }

  protected abstract map(x: tf.Tensor): tf.Tensor;
  protected abstract unmap(y: tf.Tensor): tf.Tensor;

  /** log f′(x) of each element, of x's shape or one that broadcasts to it. */
  protected abstract logSlope(x: tf.Tensor): tf.Tensor;

  apply(x: tf.Tensor): tf.Tensor {
    requireShape(this.name, x, this.inputShape);
    return tf.tidy(() => unlessEmpty(x, this.outputShape, () => this.map(x)));
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape(`${this.name} inverse`, y, this.outputShape);
    return tf.tidy(() => unlessEmpty(y, this.inputShape, () => this.unmap(y)));
  }

  forward(x: tf.Tensor) {
    const y = this.apply(x);
    return { y, logDet: this.logDeterminant(x) };
  }

  inverse(y: tf.Tensor) {
    const x = this.invert(y);
    return { x, logDet: tf.tidy(() => tf.neg(this.logDeterminant(x))) as tf.Tensor1D };
  }

  dispose(): void {}

  private logDeterminant(x: tf.Tensor): tf.Tensor1D {
    return tf.tidy(() => sumPerSample(tf.add(this.logSlope(x), tf.zerosLike(x))));
  }
}
