// Stochastic gradient descent with momentum (Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5; Nesterov 1983, in the form of
// Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html) and decoupled decay (https://arxiv.org/abs/1711.05101,
// Algorithm 1).
import * as tf from '@tensorflow/tfjs-core';
import { SlotOptimiser, type ClippingOptions, type UpdateStep, type UpdateVariable } from './slot-optimiser.js';
import { WeightDecay, type WeightDecayOptions } from './weight-decay.js';

export interface SgdOptions extends ClippingOptions, WeightDecayOptions {
  /** μ, in [0, 1); default 0.9. With 0 nothing is remembered. */
  momentum?: number;
  /** true: steps look ahead along the velocity, by g + μv. Default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, as PyTorch has it: v ← μv + g, θ ← θ − ηv, or with `nesterov` θ ← θ − η(g + μv) (Sutskever et
 * al. 2013, https://proceedings.mlr.press/v28/sutskever13.html). Weights decay beside the step (https://arxiv.org/abs/1711.05101, Algorithm
 * 1), not through the velocity; `weightDecay` is 0 by default.
 * @throws RangeError for a momentum outside [0, 1), a clipNorm or clipValue that is not above 0, or a weight decay below 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Sgd } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.scalar(1));
 * const sgd = new Sgd(new Map([['w', w as tf.Variable]]), { momentum: 0.5 });
 * for (let i = 0; i < 2; i++) sgd.applyGradients({ [w.name]: tf.scalar(1) }, tf.scalar(0.1));
 * console.log(w.dataSync()[0]!.toFixed(3)); // 1 − 0.1 − 0.15
 * ```
 * ```text
 * 0.750
 * ```
 */
export class Sgd extends SlotOptimiser<'velocity'> {
  readonly name = 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
  private readonly decay: WeightDecay;

  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    { momentum = 0.9, nesterov = false, weightDecay = 0, decays, ...clipping }: SgdOptions = {},
  ) {
    if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`momentum is ${momentum}; expected one in [0, 1).`);
    const decay = new WeightDecay(parameters, weightDecay, decays);
    super(parameters, () => (momentum === 0 ? [] : ['velocity']), clipping);
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.decay = decay;
  }

  protected updater({ learningRate, isFinite }: UpdateStep): UpdateVariable<'velocity'> {
    const rate = tf.where(isFinite, learningRate, 0) as tf.Scalar;
    const momentum = tf.where(isFinite, this.momentum, 1) as tf.Scalar;
    return ({ variable, state: { velocity } }, gradient) => {
      const direction = this.momentum === 0 ? gradient : this.advance(velocity, { gradient, momentum });
      variable.assign(tf.sub(this.decay.decayed(variable, rate), tf.mul(direction, rate)));
    };
  }

  /** Where the velocity points after this gradient. */
  private advance(velocity: tf.Variable, { gradient, momentum }: { gradient: tf.Tensor; momentum: tf.Scalar }) {
    velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
    return this.nesterov ? tf.add(gradient, tf.mul(velocity, this.momentum)) : velocity;
  }
}
