// Space to depth (Dinh et al. 2017, RealNVP, §3.6): [h, w, c] → [h/f, w/f, f²·c], each f × f patch becoming channels. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { requireInteger } from '../parameters/options.js';
import { requireSizes, ShapeError, type Shape } from '../bijection/shapes.js';

export interface SqueezeOptions {
  /** [height, width, channels]. */
  shape: Shape;
  factor?: number;
}

/**
 * Space to depth (Dinh et al. 2017, RealNVP, arXiv 1605.08803, §3.6): [B, h, w, c] → [B, h/f, w/f, f²·c], each f × f patch becoming
 * channels, row after row. Log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Squeeze } from '@lin/invertible';
 * const layer = new Squeeze({ shape: [2, 4, 1] });
 * const y = layer.apply(tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]));
 * console.log(y.shape, Array.from(y.dataSync()));
 * ```
 * ```text
 * [ 1, 1, 2, 4 ] [
 *   1, 2, 5, 6,
 *   3, 4, 7, 8
 * ]
 * ```
 */
export class Squeeze extends ConstantJacobian {
  readonly factor: number;

  /** @throws ShapeError unless the factor divides the sides of [height, width, channels], RangeError for a factor below 2. */
  constructor({ shape, factor = 2 }: SqueezeOptions) {
    requireSizes('Squeeze', shape);
    requireInteger('factor', factor, 2);
    const [height, width, channels] = shape as [number, number, number];
    if (shape.length !== 3 || height % factor !== 0 || width % factor !== 0) {
      throw new ShapeError(
        `Squeeze: shape [${shape.join(', ')}] cannot be cut into ${factor}×${factor} patches; expected [height, ` +
          `width, channels] with sides that are multiples of ${factor}.`,
      );
    }
    super('Squeeze', {
      inputShape: shape,
      outputShape: [height / factor, width / factor, factor * factor * channels],
    });
    this.factor = factor;
  }

  protected map(x: tf.Tensor): tf.Tensor {
    const [height, width, channels] = this.outputShape as [number, number, number];
    const f = this.factor;
    const patches = tf.reshape(x, [x.shape[0]!, height, f, width, f * this.inputShape[2]!]);
    return tf.reshape(tf.transpose(patches, [0, 1, 3, 2, 4]), [x.shape[0]!, height, width, channels]);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    const [height, width] = this.outputShape as [number, number, number];
    const f = this.factor;
    const patches = tf.reshape(y, [y.shape[0]!, height, width, f, f * this.inputShape[2]!]);
    return tf.reshape(tf.transpose(patches, [0, 1, 3, 2, 4]), [y.shape[0]!, ...this.inputShape]);
  }
}
