// Activation normalisation (Kingma & Dhariwal 2018, Glow, §3.1): y = x ⊙ exp(logScale) + bias, per channel (last axis).
import * as tf from '@tensorflow/tfjs-core';
import { zerosVariable } from '../parameters/initializers.js';
import { channelsOf, requireShape, sizeOf, type Invertible, type Shape } from '../bijection/invertible.js';

/** Channels that hardly vary (a flat background) are scaled as if their standard deviation were this: the forward gain stays below 20. */
const MIN_STANDARD_DEVIATION = 0.05;

export class ActNorm implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly logScale: tf.Variable;
  readonly bias: tf.Variable;
  /** 1 once `initialize` has run; saved with the parameters, so that a loaded layer is never initialised again by accident. */
  readonly initialized: tf.Variable;

  constructor({ shape }: { shape: Shape }) {
    const channels = channelsOf('ActNorm', shape);
    this.inputShape = this.outputShape = shape;
    this.logScale = zerosVariable([channels]);
    this.bias = zerosVariable([channels]);
    this.initialized = tf.tidy(() => tf.variable(tf.scalar(0), false));
  }

  /** Sets scale and bias so that each channel of `x` comes out with mean 0 and variance 1. @throws Error when that was done before. */
  initialize(x: tf.Tensor): void {
    requireShape('ActNorm.initialize', x, this.inputShape);
    if (this.initialized.dataSync()[0] === 1) {
      throw new Error(
        'ActNorm.initialize: this layer is initialised already; build a new model to initialise it on other data.',
      );
    }
    tf.tidy(() => {
      const axes = Array.from({ length: x.rank - 1 }, (_, i) => i);
      const { mean, variance } = tf.moments(x, axes);
      const deviation = tf.maximum(tf.sqrt(variance), MIN_STANDARD_DEVIATION);
      this.logScale.assign(tf.neg(tf.log(deviation)));
      this.bias.assign(tf.neg(tf.div(mean, deviation)));
      this.initialized.assign(tf.scalar(1));
    });
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('ActNorm', x, this.inputShape);
    return tf.tidy(() => tf.add(tf.mul(x, tf.exp(this.logScale)), this.bias));
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape('ActNorm inverse', y, this.outputShape);
    return tf.tidy(() => tf.mul(tf.sub(y, this.bias), tf.exp(tf.neg(this.logScale))));
  }

  applyWithLogDet(x: tf.Tensor) {
    return { y: this.apply(x), logDet: this.logDeterminant(x.shape[0]!) };
  }

  invertWithLogDet(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.tidy(() => tf.neg(this.logDeterminant(y.shape[0]!))) as tf.Tensor1D };
  }

  /** Every position of every channel is scaled alike: positions · Σ logScale. */
  private logDeterminant(batch: number): tf.Tensor1D {
    const positions = sizeOf(this.inputShape) / this.logScale.shape[0]!;
    return tf.tidy(() => tf.mul(tf.ones<tf.Rank.R1>([batch]), tf.mul(tf.sum(this.logScale), positions)));
  }

  dispose(): void {
    tf.dispose([this.logScale, this.bias, this.initialized]);
  }
}
