// A fixed permutation of the last axis: y[…, i] = x[…, order[i]]. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { requireShape, type Invertible, type Shape } from '../invertible.js';
import { seededPermutation } from '../initializers.js';

export interface PermutationOptions {
  shape: Shape;
  seed: number;
}

export class Permutation implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly order: Int32Array;
  readonly inverseOrder: Int32Array;

  constructor({ shape, seed }: PermutationOptions) {
    this.inputShape = this.outputShape = shape;
    this.order = seededPermutation(shape.at(-1)!, seed);
    this.inverseOrder = new Int32Array(this.order.length);
    this.order.forEach((from, to) => (this.inverseOrder[from] = to));
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('Permutation', x, this.inputShape);
    return reorder(x, this.order, this.inverseOrder);
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape('Permutation inverse', y, this.outputShape);
    return reorder(y, this.inverseOrder, this.order);
  }

  forward(x: tf.Tensor) {
    return { y: this.apply(x), logDet: tf.zeros<tf.Rank.R1>([x.shape[0]!]) };
  }

  inverse(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.zeros<tf.Rank.R1>([y.shape[0]!]) };
  }

  dispose(): void {}
}

/** tfjs's own gradient of gather is a sum over segments, slow and missing in some backends; that of a permutation is its inverse. */
function reorder(x: tf.Tensor, order: Int32Array, inverseOrder: Int32Array): tf.Tensor {
  const gatherLast = (tensor: tf.Tensor, indices: Int32Array) =>
    tf.tidy(() => tf.gather(tensor, tf.tensor1d(indices, 'int32'), tensor.rank - 1));
  return tf.customGrad((tensor) => ({
    value: gatherLast(tensor as tf.Tensor, order),
    gradFunc: (dy: tf.Tensor) => gatherLast(dy, inverseOrder),
  }))(x);
}
