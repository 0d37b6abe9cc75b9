// A fixed permutation of the last axis: y[…, i] = x[…, order[i]]. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { seededPermutation } from '../parameters/initializers.js';
import { channelsOf, ShapeError, type Shape } from '../bijection/shapes.js';

export interface PermutationOptions {
  shape: Shape;
  /** Of a random order; 0 unless given. */
  seed?: number;
  /** Where each entry of the output comes from, instead of a random order. */
  order?: readonly number[];
}

/**
 * A fixed permutation of the last axis: y[…, i] = x[…, order[i]]; [B, …, c] both ways. Log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Permutation } from '@lin/invertible';
 * const layer = new Permutation({ shape: [3], order: [2, 0, 1] });
 * const y = layer.apply(tf.tensor2d([[10, 20, 30]]));
 * y.print();
 * layer.invert(y).print();
 * ```
 * ```text
 * Tensor
 *      [[30, 10, 20],]
 * Tensor
 *      [[10, 20, 30],]
 * ```
 */
export class Permutation extends ConstantJacobian {
  /**
   * Where each entry of the output comes from: int32, [channels]. Not trained, but saved: without it the weights around it mean nothing.
   */
  readonly order: tf.Variable;

  /** @throws ShapeError for an order that does not name every channel once. */
  constructor({ shape, seed = 0, order }: PermutationOptions) {
    const channels = channelsOf('Permutation', shape);
    super('Permutation', { inputShape: shape });
    if (order && !isPermutation(order, channels))
      throw new ShapeError(`Permutation: order [${order.join(', ')}] does not name each of ${channels} channels once.`);
    this.order = tf.tidy(() =>
      tf.variable(tf.tensor1d([...(order ?? seededPermutation(channels, seed))], 'int32'), false),
    );
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return reorder(x, this.forwardOrder, this.inverseOrder);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return reorder(y, this.inverseOrder, this.forwardOrder);
  }

  override dispose(): void {
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

/** Whether `order` names each of 0 … size − 1 once. */
export function isPermutation(order: readonly number[], size: number): boolean {
  return order.length === size && order.toSorted((a, b) => a - b).every((entry, i) => entry === i);
}

/**
 * tfjs's own gradient of gather is a sum over segments, slow and missing in some backends; that of a permutation is its inverse, which is
 * made anew when the gradient asks for it: a tensor made here could be disposed by then.
 */
function reorder(x: tf.Tensor, order: () => tf.Tensor1D, inverse: () => tf.Tensor1D): tf.Tensor {
  const gather = (tensor: tf.Tensor, indices: () => tf.Tensor1D) =>
    tf.tidy(() => tf.gather(tensor, indices(), tensor.rank - 1));
  return tf.customGrad((tensor) => ({
    value: gather(tensor as tf.Tensor, order),
    gradFunc: (dy: tf.Tensor) => gather(dy, inverse),
  }))(x);
}
