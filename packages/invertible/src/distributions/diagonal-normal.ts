// Independent normal numbers whose means and deviations are trained: log p(z) = −½ Σ ((z − μ)/σ)² − Σ log σ − ½ n log 2π.
import * as tf from '@tensorflow/tfjs-core';
import { nonZeroSeed } from '../parameters/initializers.js';
import { asFloat, sumPerSample } from '../bijection/batches.js';
import { requireShape, requireSizes, sizeOf, type Shape } from '../bijection/shapes.js';
import { requireSampleOptions, type Distribution, type SampleOptions } from './distribution.js';

export interface DiagonalNormalOptions {
  shape: Shape;
  /** Default true: a flow with this base trains it, too. */
  trainable?: boolean;
}

/**
 * Independent normal numbers, mean and deviation of each a variable: a base that is trained with its flow. Starts as the standard normal.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DiagonalNormal } from '@lin/invertible';
 * const base = new DiagonalNormal({ shape: [1] });
 * base.mean.assign(tf.tensor1d([3]));
 * base.logDeviation.assign(tf.tensor1d([Math.log(0.1)]));
 * base.logProb(tf.tensor2d([[3]])).print(); // −½ log 2π − log 0.1
 * ```
 * ```text
 * Tensor
 *     [1.3836466]
 * ```
 */
export class DiagonalNormal implements Distribution {
  readonly shape: Shape;
  /** μ, of the shape of a sample. */
  readonly mean: tf.Variable;
  /** log σ. */
  readonly logDeviation: tf.Variable;

  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape, trainable = true }: DiagonalNormalOptions) {
    requireSizes('DiagonalNormal', shape);
    this.shape = shape;
    [this.mean, this.logDeviation] = tf.tidy(() => [
      tf.variable(tf.zeros([...shape]), trainable),
      tf.variable(tf.zeros([...shape]), trainable),
    ]);
  }

  logProb(z: tf.Tensor): tf.Tensor1D {
    requireShape('DiagonalNormal', z, this.shape);
    return tf.tidy(() => normalLogProb(asFloat('DiagonalNormal', z), this.mean, this.logDeviation));
  }

  sample(options: SampleOptions): tf.Tensor {
    requireSampleOptions(options);
    const { count, seed } = options;
    return tf.tidy(() => {
      const noise = tf.randomNormal([count, ...this.shape], 0, 1, 'float32', nonZeroSeed(seed));
      return tf.add(this.mean, tf.mul(noise, tf.exp(this.logDeviation))); // differentiable in both
    });
  }

  dispose(): void {
    tf.dispose([this.mean, this.logDeviation]);
  }
}

/** Of samples with means and deviations that broadcast to them. */
export function normalLogProb(z: tf.Tensor, mean: tf.Tensor, logDeviation: tf.Tensor): tf.Tensor1D {
  const standardised = tf.mul(tf.sub(z, mean), tf.exp(tf.neg(logDeviation)));
  const constant = (sizeOf(z.shape.slice(1)) * Math.log(2 * Math.PI)) / 2;
  const perNumber = tf.add(tf.mul(tf.square(standardised), 0.5), logDeviation);
  return tf.neg(tf.add(sumPerSample(perNumber), constant)) as tf.Tensor1D;
}
