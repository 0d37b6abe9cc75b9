// Independent standard normal numbers: log p(z) = −½ Σ z² − ½ n log 2π.
import * as tf from '@tensorflow/tfjs-core';
import { nonZeroSeed } from '../parameters/initializers.js';
import { asFloat, sumPerSample } from '../bijection/batches.js';
import { requireShape, requireSizes, sizeOf, type Shape } from '../bijection/shapes.js';
import { requireSampleOptions, type Distribution, type SampleOptions } from './distribution.js';

/**
 * Independent standard normal numbers, of any per-sample shape: log p(z) = −½ Σ z² − ½ n log 2π.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { StandardNormal } from '@lin/invertible';
 * const base = new StandardNormal({ shape: [2] });
 * base.logProb(tf.tensor2d([[0, 0]])).print(); // −log 2π
 * console.log(base.sample({ count: 3, seed: 1 }).shape);
 * ```
 * ```text
 * Tensor
 *     [-1.837877]
 * [ 3, 2 ]
 * ```
 */
export class StandardNormal implements Distribution {
  readonly shape: Shape;

  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape }: { shape: Shape }) {
    requireSizes('StandardNormal', shape);
    this.shape = shape;
  }

  logProb(z: tf.Tensor): tf.Tensor1D {
    requireShape('StandardNormal', z, this.shape);
    const constant = (sizeOf(this.shape) * Math.log(2 * Math.PI)) / 2;
    return tf.tidy(
      () => tf.sub(tf.mul(sumPerSample(tf.square(asFloat('StandardNormal', z))), -0.5), constant) as tf.Tensor1D,
    );
  }

  sample(options: SampleOptions): tf.Tensor {
    requireSampleOptions(options);
    return tf.randomNormal([options.count, ...this.shape], 0, 1, 'float32', nonZeroSeed(options.seed));
  }
}
