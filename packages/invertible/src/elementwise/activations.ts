// Invertible activation functions, without parameters: R → R (leaky ReLU), R → (0, ∞) (softplus), R → (0, 1) (sigmoid), R → (−1, 1) (tanh).
// Their inverses are `inverseOf(…)`; outside its range an inverse gives NaN or ±∞, as log does.
import * as tf from '@tensorflow/tfjs-core';
import { ElementWise, type ElementWiseOptions } from './element-wise.js';

export interface LeakyReluOptions extends ElementWiseOptions {
  /** α, the slope below 0: 0 < α. The inverse's gain is 1/α. */
  slope?: number;
}

/**
 * Leaky ReLU (Maas et al. 2013): y = x where x ≥ 0, α x elsewhere; any shape, [B, …shape] both ways.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LeakyRelu } from '@lin/invertible';
 * const layer = new LeakyRelu({ shape: [2], slope: 0.5 });
 * const { y, logDet } = layer.applyWithLogDet(tf.tensor2d([[3, -3]]));
 * y.print();
 * logDet.print(); // log ½
 * layer.invert(y).print();
 * ```
 * ```text
 * Tensor
 *      [[3, -1.5],]
 * Tensor
 *     [-0.6931472]
 * Tensor
 *      [[3, -3],]
 * ```
 */
export class LeakyRelu extends ElementWise {
  readonly slope: number;

  /** @throws RangeError unless the slope is finite and above 0. */
  constructor({ shape, slope = 0.1 }: LeakyReluOptions) {
    if (!(slope > 0 && slope < Infinity)) throw new RangeError(`slope is ${slope}: expected a finite number above 0.`);
    super('LeakyRelu', shape);
    this.slope = slope;
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.leakyRelu(x, this.slope);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.leakyRelu(y, 1 / this.slope);
  }

  protected logSlope(x: tf.Tensor): tf.Tensor {
    return tf.mul(tf.sub(1, tf.step(x, 0)), Math.log(this.slope)); // at 0 itself, where there is no slope, α
  }
}

/**
 * Softplus (Dugas et al. 2001), R → (0, ∞): y = log(1 + eˣ), slope σ(x); any shape. Below 0 its inverse is NaN.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Softplus } from '@lin/invertible';
 * const layer = new Softplus({ shape: [1] });
 * const y = layer.apply(tf.tensor2d([[0], [30]]));
 * y.print(); // log 2, and 30 as it was
 * layer.invert(y).print();
 * ```
 * ```text
 * Tensor
 *     [[0.6931472],
 *      [30       ]]
 * Tensor
 *     [[0 ],
 *      [30]]
 * ```
 */
export class Softplus extends ElementWise {
  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape }: ElementWiseOptions) {
    super('Softplus', shape);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.softplus(x);
  }

  /** log(e^y − 1) = y + log(1 − e^−y): no overflow at large y, no cancellation at small ones. */
  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.add(y, tf.log(tf.neg(tf.expm1(tf.neg(y)))));
  }

  protected logSlope(x: tf.Tensor): tf.Tensor {
    return logSigmoid(x);
  }
}

/**
 * The logistic function, R → (0, 1): y = σ(x) = 1 / (1 + e^−x), slope σ(x) σ(−x); any shape. Inverted by `inverseOf`, it takes unit
 * intervals to all numbers.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Sigmoid } from '@lin/invertible';
 * const layer = new Sigmoid({ shape: [1] });
 * const { y, logDet } = layer.applyWithLogDet(tf.tensor2d([[0]]));
 * console.log(y.dataSync()[0], Math.exp(logDet.dataSync()[0]!).toFixed(4)); // slope ¼
 * layer.invert(y).print();
 * ```
 * ```text
 * 0.5 0.2500
 * Tensor
 *      [[0],]
 * ```
 */
export class Sigmoid extends ElementWise {
  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape }: ElementWiseOptions) {
    super('Sigmoid', shape);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.sigmoid(x);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return logOdds(y);
  }

  protected logSlope(x: tf.Tensor): tf.Tensor {
    return logSigmoidSlope(x);
  }
}

/**
 * The hyperbolic tangent, R → (−1, 1): y = tanh x, slope 1 − tanh² x = 4 σ(2x) σ(−2x); any shape.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Tanh } from '@lin/invertible';
 * const layer = new Tanh({ shape: [1] });
 * const y = layer.apply(tf.tensor2d([[0.5]]));
 * y.print();
 * layer.invert(y).print();
 * ```
 * ```text
 * Tensor
 *      [[0.4621172],]
 * Tensor
 *      [[0.5],]
 * ```
 */
export class Tanh extends ElementWise {
  /** @throws ShapeError unless `shape` consists of positive integers. */
  constructor({ shape }: ElementWiseOptions) {
    super('Tanh', shape);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.tanh(x);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.mul(tf.sub(tf.log1p(y), tf.log1p(tf.neg(y))), 0.5);
  }

  protected logSlope(x: tf.Tensor): tf.Tensor {
    return tf.add(logSigmoidSlope(tf.mul(x, 2)), Math.log(4));
  }
}

/** log(p / (1 − p)). */
export function logOdds(p: tf.Tensor): tf.Tensor {
  return tf.sub(tf.log(p), tf.log1p(tf.neg(p)));
}

/** log σ′(x) = log σ(x) + log σ(−x). */
export function logSigmoidSlope(x: tf.Tensor): tf.Tensor {
  return tf.add(logSigmoid(x), logSigmoid(tf.neg(x)));
}

/** Not tf.logSigmoid: its gradient reads the input again, which a `tf.tidy` may have disposed by then. */
const logSigmoid = (x: tf.Tensor) => tf.neg(tf.softplus(tf.neg(x)));
