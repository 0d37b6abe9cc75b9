// Independent uniform numbers between two bounds: log p(z) = −n log(high − low) within, −∞ outside.
import * as tf from '@tensorflow/tfjs-core';
import { nonZeroSeed } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { requireShape, requireSizes, sizeOf, type Shape } from '../bijection/shapes.js';
import { withoutGradient } from '../gradients/without-gradient.js';
import { requireSampleOptions, type Distribution, type SampleOptions } from './distribution.js';

export interface UniformOptions {
  shape: Shape;
  low?: number;
  high?: number;
}

/**
 * Independent uniform numbers between two bounds, of any per-sample shape: log p(z) = −n log(high − low) within, −∞ outside. Its density
 * has a gradient of 0 within, so a flow to it is trained by its log-determinant.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Uniform } from '@lin/invertible';
 * const base = new Uniform({ shape: [2], low: -1, high: 1 });
 * base.logProb(tf.tensor2d([[0, 0.5], [0, 2]])).print(); // −2 log 2, and outside
 * ```
 * ```text
 * Tensor
 *     [-1.3862944, -Infinity]
 * ```
 */
export class Uniform implements Distribution {
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;

  /** @throws RangeError unless low < high, both finite. */
  constructor({ shape, low = 0, high = 1 }: UniformOptions) {
    requireSizes('Uniform', shape);
    if (!(low < high && high - low < Infinity))
      throw new RangeError(`low is ${low} and high ${high}: expected finite numbers, low < high.`);
    this.shape = shape;
    this.low = low;
    this.high = high;
  }

  logProb(z: tf.Tensor): tf.Tensor1D {
    requireShape('Uniform', z, this.shape);
    const density = -sizeOf(this.shape) * Math.log(this.high - this.low);
    return tf.tidy(() => {
      const samples = asFloat('Uniform', z);
      const allWithin = withoutGradient(() => {
        const within = tf.logicalAnd(tf.greaterEqual(samples, this.low), tf.lessEqual(samples, this.high));
        return tf.all(tf.reshape(within, [z.shape[0]!, sizeOf(this.shape)]), 1);
      });
      return tf.where(allWithin, tf.fill([z.shape[0]!], density), tf.fill([z.shape[0]!], -Infinity)) as tf.Tensor1D;
    });
  }

  sample(options: SampleOptions): tf.Tensor {
    requireSampleOptions(options);
    return tf.randomUniform([options.count, ...this.shape], this.low, this.high, 'float32', nonZeroSeed(options.seed));
  }
}
