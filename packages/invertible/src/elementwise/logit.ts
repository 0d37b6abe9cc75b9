// From (0, 1) to R, for images (Dinh et al. 2017, RealNVP, §4.1): y = log(p / (1 − p)) with p = α + (1 − 2α) x.
import * as tf from '@tensorflow/tfjs-core';
import { logOdds, logSigmoidSlope } from './activations.js';
import { ElementWise, type ElementWiseOptions } from './element-wise.js';

export interface LogitOptions extends ElementWiseOptions {
  /** α: keeps pixels of 0 and 1 finite. 0 ≤ α < ½; at 0 those are ±∞. */
  alpha?: number;
}

/**
 * Pixels of (0, 1) to all numbers (Dinh et al. 2017, RealNVP, arXiv 1605.08803, §4.1): y = log(p / (1 − p)), p = α + (1 − 2α) x; any
 * shape.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Logit } from '@lin/invertible';
 * const layer = new Logit({ shape: [3], alpha: 0.05 });
 * const y = layer.apply(tf.tensor2d([[0, 0.5, 1]]));
 * y.print(); // ± log 19 at the ends
 * layer.invert(y).print();
 * ```
 * ```text
 * Tensor
 *      [[-2.9444389, 0, 2.9444387],]
 * Tensor
 *      [[0, 0.5, 1],]
 * ```
 */
export class Logit extends ElementWise {
  readonly alpha: number;

  /** @throws RangeError unless 0 ≤ α < ½. */
  constructor({ shape, alpha = 0.05 }: LogitOptions) {
    if (!(alpha >= 0 && alpha < 0.5)) throw new RangeError(`alpha is ${alpha}: expected a number from 0 to below 0.5.`);
    super('Logit', shape);
    this.alpha = alpha;
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return logOdds(this.inner(x));
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(tf.sigmoid(y), this.alpha), 1 - 2 * this.alpha);
  }

  /** dy/dx = (1 − 2α) / (p (1 − p)), and p (1 − p) is σ′ at y. */
  protected logSlope(x: tf.Tensor): tf.Tensor {
    return tf.sub(Math.log(1 - 2 * this.alpha), logSigmoidSlope(logOdds(this.inner(x))));
  }

  private inner(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(x, 1 - 2 * this.alpha), this.alpha);
  }
}
