// Invertible activation functions, without parameters: R → R (leaky ReLU), R → (0, ∞) (softplus), R → (0, 1) (sigmoid), R → (−1, 1) (tanh).
// Their inverses are `inverseOf(…)`; outside its range an inverse gives NaN or ±∞, as log does.
import * as tf from '@tensorflow/tfjs-core';
import { ElementWise, type ElementWiseOptions } from './element-wise.js';

export interface LeakyReluOptions extends ElementWiseOptions {
  /** α, the slope below 0: 0 < α. The inverse's gain is 1/α. */
  slope?: number;
}

/** y = x where x ≥ 0, α x elsewhere. */
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

/** y = log(1 + eˣ), slope σ(x). */
export class Softplus extends ElementWise {
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

/** y = σ(x) = 1 / (1 + e^−x), slope σ(x) σ(−x). */
export class Sigmoid extends ElementWise {
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

/** y = tanh x, slope 1 − tanh² x = 4 σ(2x) σ(−2x). */
export class Tanh extends ElementWise {
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
