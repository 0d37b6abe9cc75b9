// A fixed permutation of the last axis: y[…, i] = x[…, order[i]]. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, requireShape, type Invertible, type Shape } from '../invertible.js';
import { seededPermutation } from '../initializers.js';

export interface PermutationOptions {
  shape: Shape;
  seed: number;
}

export class Permutation implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Where each entry of the output comes from: int32, [channels]. Not trained, but saved: without it the weights around it mean nothing. */
  readonly order: tf.Variable;

  constructor({ shape, seed }: PermutationOptions) {
    const channels = channelsOf('Permutation', shape);
    this.inputShape = this.outputShape = shape;
    this.order = tf.tidy(() => tf.variable(tf.tensor1d(seededPermutation(channels, seed), 'int32'), false));
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('Permutation', x, this.inputShape);
    return reorder(x, this.forwardOrder, this.inverseOrder);
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape('Permutation inverse', y, this.outputShape);
    return reorder(y, this.inverseOrder, this.forwardOrder);
  }

  forward(x: tf.Tensor) {
    return { y: this.apply(x), logDet: tf.zeros<tf.Rank.R1>([x.shape[0]!]) };
  }

  inverse(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.zeros<tf.Rank.R1>([y.shape[0]!]) };
  }

  dispose(): void {
    this.order.dispose();
  }

  private readonly forwardOrder = () => this.order as tf.Tensor1D;

  /** inverse[order[i]] = i. */
  private readonly inverseOrder = () =>
    tf.tidy(() => {
      const size = this.order.size;
      return tf.scatterND(tf.reshape(this.order, [size, 1]), tf.range(0, size, 1, 'int32'), [size]) as tf.Tensor1D;
    });
}

/**
 * tfjs's own gradient of gather is a sum over segments, slow and missing in some backends; that of a permutation is its inverse, which is
 * made anew when the gradient asks for it: a tensor made here could be disposed by then.
 */
function reorder(x: tf.Tensor, order: () => tf.Tensor1D, inverse: () => tf.Tensor1D): tf.Tensor {
  const gather = (tensor: tf.Tensor, indices: () => tf.Tensor1D) => tf.tidy(() => tf.gather(tensor, indices(), tensor.rank - 1));
  return tf.customGrad((tensor) => ({
    value: gather(tensor as tf.Tensor, order),
    gradFunc: (dy: tf.Tensor) => gather(dy, inverse),
  }))(x);
}
