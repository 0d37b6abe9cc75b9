// Activation normalisation (Kingma & Dhariwal 2018, Glow, §3.1): y = x ⊙ exp(logScale) + bias, per channel (last axis).
import * as tf from '@tensorflow/tfjs-core';
import { zerosVariable } from '../parameters/initializers.js';
import { ChannelAffine } from '../bijection/channel-affine.js';
import { channelsOf, requireShape, ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';

/** Channels that hardly vary (a flat background) are scaled as if their standard deviation were this: the forward gain stays below 20. */
const MIN_STANDARD_DEVIATION = 0.05;

/**
 * Activation normalisation (Kingma & Dhariwal 2018, Glow, arXiv 1807.03039, §3.1): y = x ⊙ exp(logScale) + bias, per channel, [B, …, c]
 * both ways. The identity until `initialize` sets it from data, once.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ActNorm } from '@lin/invertible';
 * const layer = new ActNorm({ shape: [2] });
 * const x = tf.tensor2d([[1, 10], [3, 30]]);
 * layer.initialize(x);
 * const { y, logDet } = layer.applyWithLogDet(x);
 * y.print(); // mean 0 and variance 1 of each channel
 * logDet.print(); // −log 1 − log 10
 * ```
 * ```text
 * Tensor
 *     [[-1, -1       ],
 *      [1 , 0.9999998]]
 * Tensor
 *     [-2.3025851, -2.3025851]
 * ```
 */
export class ActNorm extends ChannelAffine {
  readonly logScale: tf.Variable;
  readonly bias: tf.Variable;
  /** 1 once `initialize` has run; saved with the parameters, so that a loaded layer is never initialised again by accident. */
  readonly initialized: tf.Variable;

  /** @throws ShapeError for a shape without channels. */
  constructor({ shape }: { shape: Shape }) {
    const channels = channelsOf('ActNorm', shape);
    super('ActNorm', { inputShape: shape });
    this.logScale = zerosVariable([channels]);
    this.bias = zerosVariable([channels]);
    this.initialized = tf.tidy(() => tf.variable(tf.scalar(0), false));
  }

  /**
   * Sets scale and bias so that each channel of `x` comes out with mean 0 and variance 1; on an error the layer stays as it was.
   * @throws ShapeError for a batch with fewer than two values of a channel, RangeError for values that are not finite, Error when the layer
   * is initialised already.
   */
  initialize(x: tf.Tensor): void {
    requireShape('ActNorm.initialize', x, this.inputShape);
    if (this.initialized.dataSync()[0] === 1) {
      throw new Error(
        'ActNorm.initialize: this layer is initialised already; build a new model to initialise it on other data.',
      );
    }
    requireValuesOfChannels(x);
    tf.tidy(() => {
      const axes = Array.from({ length: x.rank - 1 }, (_, i) => i);
      const { mean, variance } = tf.moments(x, axes);
      requireFinite(mean, variance);
      const deviation = tf.maximum(tf.sqrt(variance), MIN_STANDARD_DEVIATION);
      this.logScale.assign(tf.neg(tf.log(deviation)));
      this.bias.assign(tf.neg(tf.div(mean, deviation)));
      this.initialized.assign(tf.scalar(1));
    });
  }

  protected linear(x: tf.Tensor): tf.Tensor {
    return tf.mul(x, tf.exp(this.logScale));
  }

  protected override offset(): tf.Tensor1D {
    return this.bias as tf.Tensor1D;
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return tf.mul(tf.sub(y, this.bias), tf.exp(tf.neg(this.logScale)));
  }

  /** Every position of every channel is scaled alike: positions · Σ logScale. */
  protected override logVolume(): tf.Tensor {
    const positions = sizeOf(this.inputShape) / this.logScale.shape[0]!;
    return tf.mul(tf.sum(this.logScale), positions);
  }

  override dispose(): void {
    tf.dispose([this.logScale, this.bias, this.initialized]);
  }
}

/** One value of a channel has no variance: it would be scaled by the most that is allowed, 20. */
function requireValuesOfChannels(x: tf.Tensor): void {
  const values = x.size === 0 ? 0 : x.size / x.shape.at(-1)!;
  if (values >= 2) return;
  throw new ShapeError(
    `ActNorm.initialize: a batch of shape [${x.shape.join(', ')}] has ${values} value${values === 1 ? '' : 's'} ` +
      'of each channel; expected at least 2, to take their variance.',
  );
}

/** @throws RangeError where a channel has NaN, infinity, or values whose squares leave float32. */
function requireFinite(mean: tf.Tensor, variance: tf.Tensor): void {
  const moments = [mean, variance].map((moment) => moment.dataSync());
  const channel = moments[0]!.findIndex((_, i) => !moments.every((values) => Number.isFinite(values[i])));
  if (channel === -1) return;
  throw new RangeError(
    `ActNorm.initialize: channel ${channel} has mean ${moments[0]![channel]} and variance ` +
      `${moments[1]![channel]}; expected finite numbers. Look for NaN, infinity or huge values in the data.`,
  );
}
