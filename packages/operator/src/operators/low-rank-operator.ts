// A low-rank operator in the form of its singular value decomposition: A = U diag(s) Vᵀ, applied in O((m + n) r) without forming A.
// The factors are free: training may leave them far from orthonormal, and A is the same kind of matrix all the while.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { diagonal, fromTensor, toTensor, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireDimension, requireRows } from './requirements.js';

export interface LowRankOperatorOptions {
  inputDim: number;
  /** Default: inputDim. */
  outputDim?: number;
  /** r, from 1 to min(m, n). */
  rank: number;
  trainable?: boolean;
}

/**
 * U diag(s) Vᵀ, of rank at most r, in O((m + n) r) for each row: [B, n] → [B, m] (Eckart & Young 1936).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LowRankOperator, svd } from '@lin/operator';
 * const A = LowRankOperator.of(svd([[5, 0], [0, 1]]), { rank: 1 });
 * console.log(A.apply(tf.tensor2d([[1, 1]])).arraySync());
 * A.dispose();
 * ```
 * ```text
 * [ [ 5, 0 ] ]
 * ```
 */
export class LowRankOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly rank: number;
  /** [m, r]. */
  readonly U: tf.Variable<tf.Rank.R2>;
  /** [r]. */
  readonly s: tf.Variable<tf.Rank.R1>;
  /** [n, r]. */
  readonly V: tf.Variable<tf.Rank.R2>;

  /** Starts as the identity on the first r coordinates. @throws OperatorError for a dimension below 1, or a rank above either. */
  constructor({ inputDim, outputDim = inputDim, rank, trainable = true }: LowRankOperatorOptions) {
    Object.entries({ inputDim, outputDim, rank }).forEach(([name, value]) =>
      requireDimension('LowRankOperator', name, value),
    );
    if (rank > Math.min(inputDim, outputDim))
      throw new OperatorError(
        `LowRankOperator: rank is ${rank}; a ${outputDim}×${inputDim} operator has at most ${Math.min(inputDim, outputDim)}.`,
      );
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.rank = rank;
    [this.U, this.s, this.V] = tf.tidy(() => [
      tf.variable(tf.eye(outputDim, rank), trainable),
      tf.variable(tf.ones<tf.Rank.R1>([rank]), trainable),
      tf.variable(tf.eye(inputDim, rank), trainable),
    ]);
  }
  /**
   * The best approximation of rank r in the least-squares and the spectral norm (Eckart & Young 1936), from a singular value decomposition:
   * U [m, k], s [k], V [n, k]. @throws OperatorError for factors that do not fit together.
   */
  static of(
    { U, s, V }: { U: Matrix; s: ArrayLike<number>; V: Matrix },
    { rank = s.length, trainable = true }: { rank?: number; trainable?: boolean } = {},
  ): LowRankOperator {
    if (U.cols !== s.length || V.cols !== s.length || rank > s.length) {
      throw new OperatorError(
        `LowRankOperator: U is ${U.rows}×${U.cols}, V ${V.rows}×${V.cols}, with ${s.length} values; ` +
          `expected one column for each value, and a rank (${rank}) of at most their number.`,
      );
    }
    const operator = new LowRankOperator({ inputDim: V.rows, outputDim: U.rows, rank, trainable });
    tf.tidy(() => {
      const leading = (matrix: Matrix) => tf.slice2d(toTensor(matrix), [0, 0], [matrix.rows, rank]);
      operator.U.assign(leading(U));
      operator.s.assign(tf.tensor1d(Float32Array.from(s).subarray(0, rank)));
      operator.V.assign(leading(V));
    });
    return operator;
  }

  /** U (s ⊙ (Vᵀ z)), in O((m + n) r). */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('LowRankOperator', z, this.inputDim);
    return tf.tidy(() => tf.matMul(tf.mul(tf.matMul(z, this.V), this.s), this.U, false, true));
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('LowRankOperator adjoint', u, this.outputDim);
    return tf.tidy(() => tf.matMul(tf.mul(tf.matMul(u, this.U), this.s), this.V, false, true));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  async toMatrix() {
    const [U, s, V] = await Promise.all([fromTensor(this.U), this.s.data(), fromTensor(this.V)]);
    return multiply(multiply(U, diagonal(s)), transpose(V));
  }

  dispose(): void {
    this.U.dispose();
    this.s.dispose();
    this.V.dispose();
  }
}
