// Decoupled weight decay (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101): beside the gradient's step, not in the gradient.
import * as tf from '@tensorflow/tfjs-core';

export interface WeightDecayOptions {
  /** λ, at least 0: beside each step of the gradient, θ ← θ − ηλθ, where η is the learning rate of the step. */
  weightDecay?: number;
  /** Which variables decay; default: all. `(name, { rank }) => rank > 1` leaves out biases and gains. */
  decays?: (name: string, variable: tf.Variable) => boolean;
}

export class WeightDecay {
  private readonly decaying: ReadonlySet<tf.Variable>;

  /** @throws RangeError for a weight decay below 0. */
  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    readonly weightDecay: number,
    decays: (name: string, variable: tf.Variable) => boolean = () => true,
  ) {
    if (!(weightDecay >= 0)) throw new RangeError(`weightDecay is ${weightDecay}; expected at least 0.`);
    const names = weightDecay === 0 ? [] : [...parameters].filter(([name, variable]) => decays(name, variable));
    this.decaying = new Set(names.map(([, variable]) => variable));
  }

  /** ηλθ; undefined where θ does not decay. */
  of(variable: tf.Variable, learningRate: tf.Scalar): tf.Tensor | undefined {
    if (!this.decaying.has(variable)) return undefined;
    return tf.mul(variable, tf.mul(learningRate, this.weightDecay));
  }

  /** θ − ηλθ; θ itself where it does not decay. */
  decayed(variable: tf.Variable, learningRate: tf.Scalar): tf.Tensor {
    const decay = this.of(variable, learningRate);
    return decay ? tf.sub(variable, decay) : variable;
  }
}
