// Any sample shape to a vector, row after row; the way back is the inverse. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { requireSizes, sizeOf, type Shape } from '../bijection/shapes.js';

/**
 * Any sample shape to a vector, row after row: [B, …shape] → [B, n]. Log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Flatten } from '@lin/invertible';
 * const layer = new Flatten({ shape: [2, 2, 3] });
 * console.log(layer.outputShape, layer.invert(tf.zeros([5, 12])).shape);
 * ```
 * ```text
 * [ 12 ] [ 5, 2, 2, 3 ]
 * ```
 */
export class Flatten extends ConstantJacobian {
  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape }: { shape: Shape }) {
    requireSizes('Flatten', shape);
    super('Flatten', { inputShape: shape, outputShape: [sizeOf(shape)] });
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.reshape(x, [x.shape[0]!, ...this.outputShape]);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.reshape(y, [y.shape[0]!, ...this.inputShape]);
  }
}
