// The last axis in reverse order: y[…, i] = x[…, n − 1 − i]. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { channelsOf, type Shape } from '../bijection/shapes.js';

/**
 * The last axis in reverse order: y[…, i] = x[…, n − 1 − i]; [B, …, n] both ways. Its own inverse; log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Reverse } from '@lin/invertible';
 * new Reverse({ shape: [3] }).apply(tf.tensor2d([[10, 20, 30]])).print();
 * ```
 * ```text
 * Tensor
 *      [[30, 20, 10],]
 * ```
 */
export class Reverse extends ConstantJacobian {
  /** @throws ShapeError for a shape without channels. */
  constructor({ shape }: { shape: Shape }) {
    channelsOf('Reverse', shape);
    super('Reverse', { inputShape: shape });
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.reverse(x, x.rank - 1);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.map(y);
  }
}
