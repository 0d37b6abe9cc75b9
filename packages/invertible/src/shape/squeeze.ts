// Space to depth (Dinh et al. 2017, RealNVP, §3.6): [h, w, c] → [h/f, w/f, f²·c], each f × f patch becoming channels. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { requireInteger, requireShape, requireSizes, ShapeError, type Invertible, type Shape } from '../invertible.js';

export interface SqueezeOptions {
  /** [height, width, channels]. */
  shape: Shape;
  factor?: number;
}

export class Squeeze implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly factor: number;

  constructor({ shape, factor = 2 }: SqueezeOptions) {
    requireSizes('Squeeze', shape);
    requireInteger('factor', factor, 2);
    const [height, width, channels] = shape as [number, number, number];
    if (shape.length !== 3 || height % factor !== 0 || width % factor !== 0) {
      throw new ShapeError(`Squeeze: shape [${shape.join(', ')}] cannot be cut into ${factor}×${factor} patches; expected [height, width, channels] with sides that are multiples of ${factor}.`);
    }
    this.inputShape = shape;
    this.outputShape = [height / factor, width / factor, factor * factor * channels];
    this.factor = factor;
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('Squeeze', x, this.inputShape);
    const [height, width, channels] = this.outputShape as [number, number, number];
    const f = this.factor;
    return tf.tidy(() => {
      const patches = tf.reshape(x, [-1, height, f, width, f * this.inputShape[2]!]);
      return tf.reshape(tf.transpose(patches, [0, 1, 3, 2, 4]), [-1, height, width, channels]);
    });
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape('Squeeze inverse', y, this.outputShape);
    const [height, width] = this.outputShape as [number, number, number];
    const f = this.factor;
    return tf.tidy(() => {
      const patches = tf.reshape(y, [-1, height, width, f, f * this.inputShape[2]!]);
      return tf.reshape(tf.transpose(patches, [0, 1, 3, 2, 4]), [-1, ...this.inputShape]);
    });
  }

  forward(x: tf.Tensor) {
    return { y: this.apply(x), logDet: tf.zeros<tf.Rank.R1>([x.shape[0]!]) };
  }

  inverse(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.zeros<tf.Rank.R1>([y.shape[0]!]) };
  }

  dispose(): void {}
}
