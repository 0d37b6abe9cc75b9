// Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, Algorithm 1 with its efficient form of section 2) with clipping by global norm.
import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '@lin/engine';
import { SlotOptimiser, type ClippingOptions, type UpdateStep, type UpdateVariable } from './slot-optimiser.js';

export interface AdamOptions extends ClippingOptions {
  /** β₁, decay of the first moment, in [0, 1); default 0.9. */
  beta1?: number;
  /** β₂, decay of the second moment, in [0, 1); default 0.999. */
  beta2?: number;
  /** ε, added to √v̂; default 1e-8. */
  epsilon?: number;
}

/**
 * Adam (Kingma, Ba 2015, https://arxiv.org/abs/1412.6980) over named variables, with gradients clipped by their global norm. Its two
 * moments per variable and its step count are the whole state: `namedState()` and `step` saved and put back make a resumed run continue
 * exactly. An update is tensors only, so that it can be recorded.
 * @throws RangeError for a clipNorm or clipValue that is not above 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Adam } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.tensor1d([1, -1]));
 * const adam = new Adam(new Map([['w', w]]));
 * const { grads } = tf.variableGrads(() => tf.sum(tf.square(w)), adam.variables);
 * const norm = adam.applyGradients(grads, tf.scalar(0.1));
 * console.log(norm.dataSync()[0]!.toFixed(3), adam.step, [...w.dataSync()].map((value) => value.toFixed(3)));
 * ```
 * ```text
 * 2.828 1 [ '0.900', '-0.900' ]
 * ```
 */
export class Adam extends SlotOptimiser<'m' | 'v'> {
  readonly name: string = 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...clipping }: AdamOptions = {},
  ) {
    super(parameters, () => ['m', 'v'], clipping);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  protected updater(step: UpdateStep): UpdateVariable<'m' | 'v'> {
    return adamUpdater(this, step);
  }
}

/** The update of one variable by Adam, whose bias corrections are computed once for all. */
export function adamUpdater(
  { count, beta1, beta2, epsilon }: Pick<Adam, 'count' | 'beta1' | 'beta2' | 'epsilon'>,
  { learningRate, isFinite }: UpdateStep,
): UpdateVariable<'m' | 'v'> {
  const correction1 = biasCorrection(count, beta1);
  const rootCorrection2 = tf.sqrt(biasCorrection(count, beta2));
  const stepSize = tf.where(isFinite, tf.div(tf.mul(learningRate, rootCorrection2), correction1), 0) as tf.Scalar;
  const scaledEpsilon = tf.where(isFinite, tf.mul(rootCorrection2, epsilon), epsilon) as tf.Scalar; // not 0 at count 0
  return ({ variable, state: { m, v } }, gradient) =>
    adamUpdate({ variable, m, v, gradient, stepSize, epsilon: scaledEpsilon, beta1, beta2, isFinite });
}

/** 1 − βᵗ, by expm1: at t = 1 the difference itself would keep three digits of β₂ = 0.999. */
function biasCorrection(count: tf.Scalar, beta: number): tf.Scalar {
  return tf.neg(tf.expm1(tf.mul(count, Math.log(beta)))) as tf.Scalar;
}
