// Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, Algorithm 1 with its efficient form of section 2) with clipping by global norm.
import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate, clipByGlobalNorm } from '@lin/engine';
import type { Optimiser } from './optimiser.js';

export interface AdamOptions {
  /** β₁, decay of the first moment, in [0, 1); default 0.9. */
  beta1?: number;
  /** β₂, decay of the second moment, in [0, 1); default 0.999. */
  beta2?: number;
  /** ε, added to √v̂; default 1e-8. */
  epsilon?: number;
  /** Gradients whose joint Euclidean norm is above this are scaled down to it; Infinity turns clipping off. Default 1. */
  clipNorm?: number;
}

/**
 * Adam (Kingma, Ba 2015, https://arxiv.org/abs/1412.6980) over named variables, with gradients clipped by their global norm. Its two moments
 * per variable and its step count are the whole state: `namedState()` and `step` saved and put back make a resumed run continue exactly. An
 * update is tensors only, so that it can be recorded.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adam } from '@lin/train';
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
export class Adam implements Optimiser {
  readonly name = 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  /** Updates applied so far, as a float32 scalar: exact up to 2²⁴. */
  readonly count: tf.Variable<tf.Rank.R0>;
  private readonly slots: Map<string, { variable: tf.Variable; m: tf.Variable; v: tf.Variable }>;

  constructor(
    readonly parameters: ReadonlyMap<string, tf.Variable>,
    { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipNorm = 1 }: AdamOptions = {},
  ) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.clipNorm = clipNorm;
    this.count = tf.tidy(() => tf.variable(tf.scalar(0), false));
    this.slots = new Map();
    for (const [name, variable] of parameters) {
      if (!variable.trainable) continue;
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      this.slots.set(name, { variable, m: zeros(), v: zeros() });
    }
  }

  /** The variables this optimiser updates. */
  get variables(): tf.Variable[] {
    return [...this.slots.values()].map(({ variable }) => variable);
  }

  /** Updates applied so far. */
  get step(): number {
    return this.count.dataSync()[0]!;
  }

  set step(updates: number) {
    tf.tidy(() => this.count.assign(tf.scalar(updates)));
  }

  /**
   * One update from gradients keyed by tfjs's own variable names, as `tf.variableGrads` returns them; disposes nothing it was given.
   * Returns the global gradient norm before clipping. Where that is not finite, the variables and the count stay as they are.
   */
  applyGradients(gradients: tf.NamedTensorMap, learningRate: tf.Scalar): tf.Scalar {
    return tf.tidy(() => {
      const updated = [...this.slots.values()].filter(({ variable }) => gradients[variable.name]);
      const { gradients: clipped, norm } = clipByGlobalNorm(
        updated.map(({ variable }) => gradients[variable.name]!),
        this.clipNorm,
      );
      const isFinite = tf.less(norm, Infinity); // false for NaN, too
      this.count.assign(tf.add(this.count, tf.cast(isFinite, 'float32')));
      const correction1 = this.biasCorrection(this.beta1);
      const rootCorrection2 = tf.sqrt(this.biasCorrection(this.beta2));
      const stepSize = tf.where(isFinite, tf.div(tf.mul(learningRate, rootCorrection2), correction1), 0) as tf.Scalar;
      const epsilon = tf.where(isFinite, tf.mul(rootCorrection2, this.epsilon), this.epsilon) as tf.Scalar; // not 0 at count 0
      updated.forEach((slot, i) => {
        adamUpdate({ ...slot, gradient: clipped[i]!, stepSize, epsilon, beta1: this.beta1, beta2: this.beta2 });
        clipped[i]!.dispose(); // as large as all parameters together
      });
      return norm;
    });
  }

  /** 1 − βᵗ, by expm1: at t = 1 the difference itself would keep three digits of β₂ = 0.999. */
  private biasCorrection(beta: number): tf.Scalar {
    return tf.neg(tf.expm1(tf.mul(this.count, Math.log(beta)))) as tf.Scalar;
  }

  /** The moments by name: `m.<variable>` and `v.<variable>`. */
  namedState(): Map<string, tf.Variable> {
    const state = new Map<string, tf.Variable>();
    for (const [name, { m, v }] of this.slots) state.set(`m.${name}`, m).set(`v.${name}`, v);
    return state;
  }

  dispose(): void {
    this.count.dispose();
    for (const { m, v } of this.slots.values()) {
      m.dispose();
      v.dispose();
    }
  }
}
