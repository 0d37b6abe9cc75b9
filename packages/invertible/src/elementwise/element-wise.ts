// Bijections that map every number by itself, with one formula for all: y_i = f(x_i). log|det| = Σ log f′(x_i).
import * as tf from '@tensorflow/tfjs-core';
import { JacobianAtInput } from '../bijection/jacobian-at-input.js';
import { requireSizes, type Shape } from '../bijection/shapes.js';
import { sumPerSample } from '../bijection/batches.js';

export interface ElementWiseOptions {
  shape: Shape;
}

export abstract class ElementWise extends JacobianAtInput {
  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor(name: string, shape: Shape) {
    requireSizes(name, shape);
    super(name, { inputShape: shape });
  }

  /** log f′(x) of each element, of x's shape or one that broadcasts to it. */
  protected abstract logSlope(x: tf.Tensor): tf.Tensor;

  protected logDeterminant(x: tf.Tensor): tf.Tensor1D {
    return sumPerSample(tf.add(this.logSlope(x), tf.zerosLike(x)));
  }
}
