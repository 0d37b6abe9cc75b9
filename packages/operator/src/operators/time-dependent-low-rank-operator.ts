// The flow-matching Linearizer's A_t = U(t) V(t)ᵀ (Berman, Hallak & Shocher 2025, arXiv 2510.08570): at each time t in [0, 1] a low-rank
// operator, whose factors two small networks give. It predicts the end point from z_t, so a step of the flow is linear too, and all steps
// multiply out.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import { LowRankOperator } from './low-rank-operator.js';
import { toTensor, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { requireDimension, requireRows, requireSeed } from './requirements.js';
import {
  compressed,
  multipleOf,
  productOf,
  shiftedBy,
  sumOf,
  withinDimension,
  type ShiftedLowRank,
} from './shifted-low-rank.js';
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

export interface CollapseOptions {
  /** Equal steps from t = 0. */
  steps: number;
  /** Where they end, above 0 and up to 1, the default: the last step to 1 is the prediction itself, z ↦ A_t z. */
  until?: number;
  /** Euler's method, the default, of first order, or the classical Runge–Kutta method, of fourth. */
  method?: 'euler' | 'rk4';
  /**
   * The columns of the result at most; default: the dimension. With fewer than it needs it is the nearest operator of that many, nearly:
   * the product is cut down on the way, too, whenever it has more than twice this.
   */
  rank?: number;
}

/**
 * A_t = U(t) V(t)ᵀ, whose factors two networks of t give: the flow-matching Linearizer's operator (Berman, Hallak & Shocher 2025,
 * arXiv 2510.08570), and the steps of its flow collapsed into one.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { inverseOperator, TimeDependentLowRankOperator } from '@lin/operator';
 * const flow = new TimeDependentLowRankOperator({ dim: 3, rank: 1, hiddenDim: 8 });
 * const whole = await flow.collapse({ steps: 2, until: 0.5 });
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
   * The whole integration of dz/dt = (A_t z − z) / (1 − t) from t = 0 as one operator c I + P Qᵀ, the later step on the left (Eq. 17): of
   * Euler's method Π_k [I + w_k (A_k − I)], w_k = h / (1 − t_k). Multiplied out in float64. Each step adds r columns to P and Q, up to 3 r
   * with `rk4`, until they have n.
   * Where it ends before 1 it can be inverted (c > 0), as the paper's inversion needs it: `{ steps: 99, until: 0.99 }`.
   * @throws OperatorError unless there is at least one step, 0 < until ≤ 1, and a rank, where it is given, from 1.
   */
  async collapse({
    steps,
    until = 1,
    method = 'euler',
    rank = this.dim,
  }: CollapseOptions): Promise<ShiftedLowRankOperator> {
    requireDimension('collapse', 'steps', steps);
    requireDimension('collapse', 'rank', rank);
    if (!(until > 0 && until <= 1))
      throw new OperatorError(`collapse: until is ${until}; expected a number above 0 and up to 1.`);
    const h = until / steps;
    const times = Array.from({ length: steps }, (_, k) => k * h);
    const stages = method === 'rk4' ? [0, 0.5, 1] : [0];
    // A stage at t = 1 has no velocity; nothing asks for it, since the last step to 1 is the prediction.
    const operators = await this.operatorsAt(times.flatMap((t) => stages.map((part) => t + part * h)));
    const stepAt = (k: number): ShiftedLowRank => {
      const [start, middle, end] = operators.slice(k * stages.length);
      if (until === 1 && k === steps - 1) return start!;
      const t = times[k]!;
      const velocity = (A: ShiftedLowRank, at: number) => multipleOf(h / (1 - at), shiftedBy(-1, A)); // h (A_t − I) / (1 − t)
      if (method === 'euler') return shiftedBy(1, velocity(start!, t));
      return rungeKuttaStep(velocity(start!, t), velocity(middle!, t + h / 2), velocity(end!, t + h));
    };
    let whole = stepAt(0);
    for (let k = 1; k < steps; k++) {
      whole = withinDimension(productOf(stepAt(k), whole));
      if (whole.P.cols > 2 * rank) whole = compressed(whole, rank);
    }
    if (whole.P.cols > rank) whole = compressed(whole, rank);
    const [U, V] = [toTensor(whole.P), toTensor(whole.Q)];
    const collapsed = new ShiftedLowRankOperator({ shift: whole.c, U, V, trainable: false });
    tf.dispose([U, V]);
    return collapsed;
  }

  dispose(): void {
    this.left.dispose();
    this.right.dispose();
  }

  private factors(t: number): [U: tf.Tensor2D, V: tf.Tensor2D] {
    const time = tf.tensor1d([t]);
    return [tf.squeeze<tf.Tensor2D>(this.left.apply(time), [0]), tf.squeeze<tf.Tensor2D>(this.right.apply(time), [0])];
  }

  /** A_t at each time, in float64 from the float32 networks. */
  private async operatorsAt(times: readonly number[]): Promise<ShiftedLowRank[]> {
    const factors = tf.tidy(() => [this.left, this.right].map((network) => network.apply(tf.tensor1d([...times]))));
    const [U, V] = await Promise.all(factors.map((factor) => factor.data()));
    tf.dispose(factors);
    const size = this.dim * this.rank;
    const at = (data: ArrayLike<number>, k: number): Matrix => ({
      rows: this.dim,
      cols: this.rank,
      data: Float64Array.from({ length: size }, (_, i) => data[k * size + i]!),
    });
    return times.map((_, k) => ({ c: 0, P: at(U!, k), Q: at(V!, k) }));
  }
}

/** I + (K₁ + 2 K₂ + 2 K₃ + K₄) / 6, each K from the one before: the three are h times the velocity at the step's start, middle and end. */
function rungeKuttaStep(start: ShiftedLowRank, middle: ShiftedLowRank, end: ShiftedLowRank): ShiftedLowRank {
  const K1 = start;
  const K2 = productOf(middle, shiftedBy(1, multipleOf(1 / 2, K1)));
  const K3 = productOf(middle, shiftedBy(1, multipleOf(1 / 2, K2)));
  const K4 = productOf(end, shiftedBy(1, K3));
  const sum = sumOf(sumOf(K1, multipleOf(2, K2)), sumOf(multipleOf(2, K3), K4));
  return compressed(shiftedBy(1, multipleOf(1 / 6, sum)));
}
