// AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization", https://arxiv.org/abs/1711.05101, Algorithm 2).
import * as tf from '@tensorflow/tfjs-core';
import { Adam, adamUpdater, type AdamOptions } from './adam.js';
import type { UpdateStep, UpdateVariable } from './slot-optimiser.js';
import { WeightDecay, type WeightDecayOptions } from './weight-decay.js';

export interface AdamWOptions extends AdamOptions, WeightDecayOptions {}

/**
 * AdamW (Loshchilov, Hutter 2019, https://arxiv.org/abs/1711.05101, Algorithm 2): Adam whose weights decay by their own size beside its
 * step, θ ← θ − ηλθ, so that the decay is not divided by √v as an L2 penalty's gradient would be. As in PyTorch the decay is multiplied by
 * the learning rate; `weightDecay` is 0.01 by default.
 * @throws RangeError for a clipNorm or clipValue that is not above 0, or a weight decay below 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { AdamW } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.tensor1d([1, 0]));
 * const adamw = new AdamW(new Map([['w', w]]), { weightDecay: 0.5 });
 * adamw.applyGradients({ [w.name]: tf.tensor1d([0, 1]) }, tf.scalar(0.1));
 * console.log([...w.dataSync()].map((value) => value.toFixed(3)));
 * ```
 * ```text
 * [ '0.950', '-0.100' ]
 * ```
 */
export class AdamW extends Adam {
  override readonly name: string = 'adamw';
  private readonly decay: WeightDecay;

  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    { weightDecay = 0.01, decays, ...options }: AdamWOptions = {},
  ) {
    const decay = new WeightDecay(parameters, weightDecay, decays);
    super(parameters, options);
    this.decay = decay;
  }

  protected override updater(step: UpdateStep): UpdateVariable<'m' | 'v'> {
    return adamWUpdater(this, this.decay, step);
  }
}

/** The update of one variable by AdamW. */
export function adamWUpdater(
  moments: Parameters<typeof adamUpdater>[0],
  decay: WeightDecay,
  step: UpdateStep,
): UpdateVariable<'m' | 'v'> {
  const update = adamUpdater(moments, step);
  const rate = tf.where(step.isFinite, step.learningRate, 0) as tf.Scalar;
  return (slots, gradient) => {
    const { variable } = slots;
    const decayOfOld = decay.of(variable, rate);
    update(slots, gradient); // first: a recorded step has it change the variable in place
    if (decayOfOld) variable.assign(tf.sub(variable, decayOfOld));
  };
}
