// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms", https://arxiv.org/abs/2302.06675, Algorithm 2).
import * as tf from '@tensorflow/tfjs-core';
import { SlotOptimiser, type ClippingOptions, type UpdateStep, type UpdateVariable } from './slot-optimiser.js';
import { WeightDecay, type WeightDecayOptions } from './weight-decay.js';

export interface LionOptions extends ClippingOptions, WeightDecayOptions {
  /** β₁, in [0, 1): the momentum's share in a step's direction; default 0.9. */
  beta1?: number;
  /** β₂, in [0, 1): decay of the momentum; default 0.99. */
  beta2?: number;
}

/**
 * Lion (Chen et al. 2023, https://arxiv.org/abs/2302.06675, Algorithm 2): steps of one size in every coordinate,
 * θ ← θ − η(sign(β₁m + (1 − β₁)g) + λθ), then m ← β₂m + (1 − β₂)g. Half of Adam's state. Its authors take a third to a tenth of Adam's
 * learning rate, and a decay as much larger; `weightDecay` is 0 by default.
 * @throws RangeError for a clipNorm or clipValue that is not above 0, or a weight decay below 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Lion } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.tensor1d([1, 1]));
 * const lion = new Lion(new Map([['w', w]]));
 * lion.applyGradients({ [w.name]: tf.tensor1d([5, -0.01]) }, tf.scalar(0.1));
 * console.log([...w.dataSync()].map((value) => value.toFixed(2)));
 * ```
 * ```text
 * [ '0.90', '1.10' ]
 * ```
 */
export class Lion extends SlotOptimiser<'m'> {
  readonly name = 'lion';
  readonly beta1: number;
  readonly beta2: number;
  private readonly decay: WeightDecay;

  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    { beta1 = 0.9, beta2 = 0.99, weightDecay = 0, decays, ...clipping }: LionOptions = {},
  ) {
    const decay = new WeightDecay(parameters, weightDecay, decays);
    super(parameters, () => ['m'], clipping);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.decay = decay;
  }

  protected updater({ learningRate, isFinite }: UpdateStep): UpdateVariable<'m'> {
    const rate = tf.where(isFinite, learningRate, 0) as tf.Scalar;
    const rate2 = tf.where(isFinite, 1 - this.beta2, 0);
    return ({ variable, state: { m } }, gradient) => {
      const direction = tf.sign(tf.add(tf.mul(m, this.beta1), tf.mul(gradient, 1 - this.beta1)));
      variable.assign(tf.sub(this.decay.decayed(variable, rate), tf.mul(direction, rate)));
      m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), rate2)));
    };
  }
}
