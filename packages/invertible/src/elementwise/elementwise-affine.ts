// A scale and a shift of every element by itself, learned: y = x ⊙ exp(s) + t, s = c · tanh(h / c). Log-determinant: Σ s.
// ActNorm scales channels and starts from data; this has a parameter for each position too, and starts as the identity.
import * as tf from '@tensorflow/tfjs-core';
import { softClamp } from '../transforms/soft-clamp.js';
import { zerosVariable } from '../parameters/initializers.js';
import { ElementWise, type ElementWiseOptions } from './element-wise.js';

export interface ElementwiseAffineOptions extends ElementWiseOptions {
  /** c, the bound of |s|. */
  maxLogScale?: number;
}

/**
 * A scale and a shift of every element by itself, learned (Dinh et al. 2015, NICE, arXiv 1410.8516, §3.3): y = x ⊙ exp(s) + t, s = c ·
 * tanh(h / c). Any shape; new, the identity.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ElementwiseAffine } from '@lin/invertible';
 * const layer = new ElementwiseAffine({ shape: [2], maxLogScale: 5 });
 * layer.shift.assign(tf.tensor1d([10, 20]));
 * layer.apply(tf.tensor2d([[1, 2]])).print();
 * console.log(layer.logScale.shape, layer.shift.shape);
 * ```
 * ```text
 * Tensor
 *      [[11, 22],]
 * [ 2 ] [ 2 ]
 * ```
 */
export class ElementwiseAffine extends ElementWise {
  /** h, of the block's shape. */
  readonly logScale: tf.Variable;
  /** t, of the block's shape. */
  readonly shift: tf.Variable;
  private readonly bounded: (h: tf.Tensor) => tf.Tensor;

  /** @throws RangeError for a bound that is not a finite number above 0. */
  constructor({ shape, maxLogScale = 1 }: ElementwiseAffineOptions) {
    super('ElementwiseAffine', shape);
    this.bounded = softClamp('tanh', maxLogScale);
    this.logScale = zerosVariable([...shape]);
    this.shift = zerosVariable([...shape]);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(x, tf.exp(this.bounded(this.logScale))), this.shift);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.mul(tf.sub(y, this.shift), tf.exp(tf.neg(this.bounded(this.logScale))));
  }

  protected logSlope(): tf.Tensor {
    return this.bounded(this.logScale);
  }

  override dispose(): void {
    tf.dispose([this.logScale, this.shift]);
  }
}
