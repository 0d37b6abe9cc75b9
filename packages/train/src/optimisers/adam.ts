// Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, Algorithm 1 with its efficient form of section 2) with clipping by global norm.
import * as tf from '@tensorflow/tfjs-core';

export interface AdamOptions {
  /** β₁, decay of the first moment, in [0, 1). */
  beta1?: number;
  /** β₂, decay of the second moment, in [0, 1). */
  beta2?: number;
  /** ε, added to √v̂. */
  epsilon?: number;
  /** Gradients whose joint Euclidean norm is above this are scaled down to it; Infinity turns clipping off. */
  clipNorm?: number;
}

/**
 * Adam over named variables. Its two moments per variable and its step count are the whole state: `namedState()` and `step`
 * saved and put back make a resumed run continue exactly.
 */
export class Adam {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  /** Updates applied so far. */
  step = 0;
  private readonly slots: Map<string, { variable: tf.Variable; m: tf.Variable; v: tf.Variable }>;

  constructor(
    variables: ReadonlyMap<string, tf.Variable>,
    { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipNorm = 1 }: AdamOptions = {},
  ) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.clipNorm = clipNorm;
    this.slots = new Map();
    for (const [name, variable] of variables) {
      if (!variable.trainable) continue;
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      this.slots.set(name, { variable, m: zeros(), v: zeros() });
    }
  }

  /** The variables this optimiser updates. */
  get variables(): tf.Variable[] {
    return [...this.slots.values()].map(({ variable }) => variable);
  }

  /**
   * One update from gradients keyed by tfjs's own variable names, as `tf.variableGrads` returns them; disposes nothing it was given.
   * Returns the global gradient norm before clipping. Where that is not finite, nothing is updated.
   */
  applyGradients(gradients: tf.NamedTensorMap, learningRate: number): number {
    const updates = [...this.slots.values()].flatMap((slot) => {
      const gradient = gradients[slot.variable.name];
      return gradient ? [{ ...slot, gradient }] : [];
    });
    const norm = tf.tidy(() => globalNorm(updates.map(({ gradient }) => gradient)).dataSync()[0]!);
    if (!Number.isFinite(norm)) return norm;

    this.step += 1;
    const correction1 = 1 - this.beta1 ** this.step;
    const correction2 = 1 - this.beta2 ** this.step;
    const stepSize = (learningRate * Math.sqrt(correction2)) / correction1;
    const epsilonHat = this.epsilon * Math.sqrt(correction2);

    const clip = norm > this.clipNorm ? this.clipNorm / norm : 1;
    for (const { variable, m, v, gradient } of updates) {
      tf.tidy(() => {
        const g = clip === 1 ? gradient : tf.mul(gradient, clip);
        m.assign(tf.add(m, tf.mul(tf.sub(g, m), 1 - this.beta1)));
        v.assign(tf.add(v, tf.mul(tf.sub(tf.square(g), v), 1 - this.beta2)));
        variable.assign(tf.sub(variable, tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilonHat)), stepSize)));
      });
    }
    return norm;
  }

  /** The moments by name: `m.<variable>` and `v.<variable>`. */
  namedState(): Map<string, tf.Variable> {
    const state = new Map<string, tf.Variable>();
    for (const [name, { m, v }] of this.slots) state.set(`m.${name}`, m).set(`v.${name}`, v);
    return state;
  }

  dispose(): void {
    for (const { m, v } of this.slots.values()) {
      m.dispose();
      v.dispose();
    }
  }
}

/** √ of the sum of squares of every entry of every tensor. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  return tf.tidy(() => tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum<tf.Scalar>(tf.square(tensor))))));
}
