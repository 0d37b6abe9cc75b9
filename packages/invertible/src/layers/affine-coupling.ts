// Affine coupling (Dinh et al. 2017, RealNVP, eq. 7–8) over the last axis: one half passes, and decides how the other is scaled and shifted:
//   y2 = x2 ⊙ exp(s(x1)) + t(x1),   s = c · tanh(h / c).   Log-determinant: Σ s.
// The soft clamp keeps |s| < c with a gradient everywhere; a hard one loses the gradient where it bites.
import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, requireShape, type Invertible, type Shape } from '../invertible.js';

/** A network from the passing half to [h | t]: twice as many channels as the other half has. It must be pure: no dropout, no batch statistics. */
export interface Conditioner {
  apply(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

export interface AffineCouplingOptions {
  shape: Shape;
  /** Which half of the channels is transformed. */
  transforms: 'first' | 'second';
  /** c, the bound of the log-scale: one coupling scales by less than exp(c). */
  maxLogScale?: number;
  /** Makes the conditioner for a number of input and output channels. */
  conditioner: (inputChannels: number, outputChannels: number) => Conditioner;
}

export class AffineCoupling implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly transforms: 'first' | 'second';
  readonly maxLogScale: number;
  readonly conditioner: Conditioner;
  /** Channels of the first and of the second part. */
  private readonly sizes: readonly [number, number];
  /** What the conditioner must give: anything smaller might be broadcast without a word. */
  private readonly conditioned: Shape;

  constructor({ shape, transforms, maxLogScale = 1, conditioner }: AffineCouplingOptions) {
    const channels = channelsOf('AffineCoupling', shape, 2);
    if (!(maxLogScale > 0 && maxLogScale < Infinity)) throw new RangeError(`maxLogScale is ${maxLogScale}: expected a finite number above 0.`);
    this.inputShape = this.outputShape = shape;
    this.transforms = transforms;
    this.maxLogScale = maxLogScale;
    this.sizes = [Math.ceil(channels / 2), Math.floor(channels / 2)];
    const [passing, transformed] = transforms === 'second' ? this.sizes : [this.sizes[1], this.sizes[0]];
    this.conditioned = [...shape.slice(0, -1), 2 * transformed];
    this.conditioner = conditioner(passing, 2 * transformed);
  }

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.transform('AffineCoupling', x, scaleAndShift).result);
  }

  invert(y: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.transform('AffineCoupling inverse', y, unshiftAndUnscale).result);
  }

  forward(x: tf.Tensor) {
    return tf.tidy(() => {
      const { result, s } = this.transform('AffineCoupling', x, scaleAndShift);
      return { y: result, logDet: sumPerSample(s) };
    });
  }

  inverse(y: tf.Tensor) {
    return tf.tidy(() => {
      const { result, s } = this.transform('AffineCoupling inverse', y, unshiftAndUnscale);
      return { x: result, logDet: tf.neg(sumPerSample(s)) as tf.Tensor1D };
    });
  }

  dispose(): void {
    this.conditioner.dispose();
  }

  /** The half that passes is the same on both sides, so both directions see the same s and t. */
  private transform(operation: string, x: tf.Tensor, map: (x2: tf.Tensor, s: tf.Tensor, t: tf.Tensor) => tf.Tensor) {
    requireShape(operation, x, this.inputShape);
    const axis = x.rank - 1;
    const [first, second] = tf.split(x, [...this.sizes], axis) as [tf.Tensor, tf.Tensor];
    const [x1, x2] = this.transforms === 'second' ? [first, second] : [second, first];
    const conditions = this.conditioner.apply(x1);
    requireShape(`${operation}: conditioner`, conditions, this.conditioned);
    const [h, t] = tf.split(conditions, 2, axis) as [tf.Tensor, tf.Tensor];
    const s = tf.mul(tf.tanh(tf.div(h, this.maxLogScale)), this.maxLogScale);
    const y2 = map(x2, s, t);
    return { result: tf.concat(this.transforms === 'second' ? [x1, y2] : [y2, x1], axis), s };
  }
}

const scaleAndShift = (x2: tf.Tensor, s: tf.Tensor, t: tf.Tensor) => tf.add(tf.mul(x2, tf.exp(s)), t);
const unshiftAndUnscale = (y2: tf.Tensor, s: tf.Tensor, t: tf.Tensor) => tf.mul(tf.sub(y2, t), tf.exp(tf.neg(s)));

function sumPerSample(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(x, Array.from({ length: x.rank - 1 }, (_, i) => i + 1));
}
