// The flow-matching Linearizer's A_t = U(t) V(t)ᵀ (Berman, Hallak & Shocher 2025, arXiv 2510.08570): at each time t in [0, 1] a low-rank
// operator, whose factors two small networks give. It predicts the end point from z_t, so a step of the flow is linear too, and all steps
// multiply out.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import { LowRankOperator } from './low-rank-operator.js';
import { requireDimension, requireRows, requireSeed } from './requirements.js';
import { ShiftedLowRankOperator } from './shifted-low-rank-operator.js';
import { TimeNetwork } from './time-network.js';

export interface TimeDependentLowRankOperatorOptions {
  dim: number;
  /** r; default 8, the paper's. */
  rank?: number;
  /** Width of the networks t → factors. */
  hiddenDim?: number;
  seed?: number;
}

/** Of P Qᵀ, [n, columns] both. */
type Factors = {
  P: tf.Tensor2D;
  Q: tf.Tensor2D;
};

/**
 * A_t = U(t) V(t)ᵀ, whose factors two networks of t give: the flow-matching Linearizer's operator (Berman, Hallak & Shocher 2025,
 * arXiv 2510.08570), and its Euler steps collapsed into one.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { inverseOperator, TimeDependentLowRankOperator } from '@lin/operator';
 * const flow = new TimeDependentLowRankOperator({ dim: 3, rank: 1, hiddenDim: 8 });
 * const whole = flow.collapse({ steps: 3, lastStep: false });
 * const back = await inverseOperator(whole);
 * console.log(whole.U.shape, tf.round(back.apply(whole.apply(tf.tensor2d([[1, 2, 3]])))).arraySync());
 * ```
 * ```text
 * [ 3, 2 ] [ [ 1, 2, 3 ] ]
 * ```
 */
export class TimeDependentLowRankOperator {
  readonly dim: number;
  readonly rank: number;
  /** t → U(t), [n, r]. */
  readonly left: TimeNetwork;
  /** t → V(t), [n, r]. */
  readonly right: TimeNetwork;

  /** @throws OperatorError for a dimension, width or rank below 1, or a rank above dim. */
  constructor({ dim, rank = Math.min(8, dim), hiddenDim = 512, seed = 0 }: TimeDependentLowRankOperatorOptions) {
    requireSeed('TimeDependentLowRankOperator', seed);
    Object.entries({ dim, rank, hiddenDim }).forEach(([name, value]) =>
      requireDimension('TimeDependentLowRankOperator', name, value),
    );
    if (rank > dim)
      throw new OperatorError(`TimeDependentLowRankOperator: rank is ${rank}; expected at most dim, ${dim}.`);
    this.dim = dim;
    this.rank = rank;
    this.left = new TimeNetwork({ outputShape: [dim, rank], hiddenDim, seed: 2 * seed });
    this.right = new TimeNetwork({ outputShape: [dim, rank], hiddenDim, seed: 2 * seed + 1 });
  }

  /** A_t z, each row at its own time: z [B, n], t [B] → [B, n]; differentiable in z, t and the networks. */
  apply(z: tf.Tensor2D, t: tf.Tensor1D): tf.Tensor2D {
    requireRows('TimeDependentLowRankOperator', z, this.dim);
    if (t.rank !== 1 || t.shape[0] !== z.shape[0]) {
      throw new OperatorError(
        `TimeDependentLowRankOperator: expected one time for each row, [${z.shape[0]}], but got [${t.shape.join(', ')}].`,
      );
    }
    return tf.tidy(() => {
      const coefficients = tf.matMul(tf.expandDims(z, 1), this.right.apply(t)); // [B, 1, r]
      return tf.squeeze(tf.matMul(coefficients, this.left.apply(t), false, true), [1]);
    });
  }

  /** A at one time, an operator of its own that keeps its present value. */
  at(t: number): LowRankOperator {
    const operator = new LowRankOperator({ inputDim: this.dim, rank: this.rank, trainable: false });
    tf.tidy(() => {
      const [U, V] = this.factors(t);
      operator.U.assign(U);
      operator.V.assign(V);
    });
    return operator;
  }

  /**
   * The whole Euler integration of dz/dt = (A_t z − z) / (1 − t) from t = 0 to 1 as one operator (Eq. 17): the product over t = k / steps
   * of I + w (A_t − I), w = 1 / (steps − k), the last step's being A_t itself. Its form is c I + P Qᵀ; each step adds r columns to P and Q
   * until they have n, and none after.
   * `lastStep: false` stops one step short, where the operator is still invertible (c = 1 / steps), as the paper's inversion needs it.
   * @throws OperatorError unless there are at least one step, or two where the last is left out.
   */
  collapse({ steps, lastStep = true }: { steps: number; lastStep?: boolean }): ShiftedLowRankOperator {
    requireDimension('collapse', 'steps', steps);
    const taken = lastStep ? steps : steps - 1;
    if (taken === 0)
      throw new OperatorError('collapse: no step is left without the last of one; expected at least 2 steps.');
    let c = 1 - 1 / steps;
    let { P, Q }: Factors = tf.tidy(() => {
      const [U, V] = this.factors(0);
      return { P: tf.div<tf.Tensor2D>(U, steps), Q: V };
    });
    for (let k = 1; k < taken; k++) {
      const before = { P, Q };
      ({ P, Q } = tf.tidy(() => this.step(before, c, k / steps, 1 / (steps - k))));
      tf.dispose(before);
      c *= 1 - 1 / (steps - k);
    }
    const collapsed = new ShiftedLowRankOperator({ shift: c, U: P, V: Q, trainable: false });
    tf.dispose([P, Q]);
    return collapsed;
  }

  /** ((1 − w) I + w U Vᵀ)(c I + P Qᵀ) = (1 − w) c I + (1 − w) P Qᵀ + w U (c V + Q PᵀV)ᵀ, U Vᵀ being A_t. */
  private step({ P, Q }: Factors, c: number, t: number, w: number): Factors {
    const [U, V] = this.factors(t);
    const W = tf.add<tf.Tensor2D>(tf.mul(V, c), tf.matMul(Q, tf.matMul(P, V, true, false)));
    const wider = {
      P: tf.concat2d([tf.mul<tf.Tensor2D>(P, 1 - w), tf.mul<tf.Tensor2D>(U, w)], 1),
      Q: tf.concat2d([Q, W], 1),
    };
    if (wider.P.shape[1] <= this.dim) return wider;
    return { P: tf.matMul(wider.P, wider.Q, false, true), Q: tf.eye(this.dim) };
  }

  dispose(): void {
    this.left.dispose();
    this.right.dispose();
  }

  private factors(t: number): [U: tf.Tensor2D, V: tf.Tensor2D] {
    const time = tf.tensor1d([t]);
    return [tf.squeeze<tf.Tensor2D>(this.left.apply(time), [0]), tf.squeeze<tf.Tensor2D>(this.right.apply(time), [0])];
  }
}
