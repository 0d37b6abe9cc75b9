// A multiple of the identity plus a low-rank operator, c I + U Vᵀ: the form that the flow-matching Linearizer's steps multiply out to
// (arXiv 2510.08570, Eq. 17). Its inverse has the same form (Woodbury; Golub & Van Loan, §2.1.4).
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { add, scale } from '../linear-algebra/matrix/arithmetic.js';
import { fromTensor, identity, toTensor, transpose } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireRows, requireValues } from './requirements.js';
import { denseInverse, inverseMatrix } from './inverse-operator.js';

export interface ShiftedLowRankOperatorOptions {
  /** c. */
  shift: number;
  /** U and V, [n, r]: copied into variables. */
  U: tf.Tensor2D;
  V: tf.Tensor2D;
  trainable?: boolean;
}

/**
 * c I + U Vᵀ, [B, n] → [B, n] in O(n r) for each row; its inverse is of the same form (Woodbury; Golub & Van Loan, §2.1.4).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ShiftedLowRankOperator } from '@lin/operator';
 * const A = new ShiftedLowRankOperator({ shift: 2, U: tf.tensor2d([[1], [0]]), V: tf.tensor2d([[0], [5]]) });
 * console.log(A.apply(tf.tensor2d([[1, 1]])).arraySync());
 * console.log((await (await A.inverse()).toMatrix()).data);
 * ```
 * ```text
 * [ [ 7, 2 ] ]
 * Float64Array(4) [ 0.5, -1.25, 0, 0.5 ]
 * ```
 */
export class ShiftedLowRankOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** c, a scalar. */
  readonly shift: tf.Variable<tf.Rank.R0>;
  /** [n, r]. */
  readonly U: tf.Variable<tf.Rank.R2>;
  /** [n, r]. */
  readonly V: tf.Variable<tf.Rank.R2>;

  /** @throws OperatorError for factors of different shapes, or a shift that is not finite. */
  constructor({ shift, U, V, trainable = true }: ShiftedLowRankOperatorOptions) {
    if (U.rank !== 2 || String(U.shape) !== String(V.shape)) {
      throw new OperatorError(
        `ShiftedLowRankOperator: U is [${U.shape.join(', ')}] and V [${V.shape.join(', ')}]; expected [n, r] for both.`,
      );
    }
    requireValues('ShiftedLowRankOperator', 'shift', [shift], 1);
    this.inputDim = this.outputDim = U.shape[0];
    [this.shift, this.U, this.V] = tf.tidy(() => [
      tf.variable(tf.scalar(shift), trainable),
      tf.variable(U, trainable),
      tf.variable(V, trainable),
    ]);
  }

  /** c z + U (Vᵀ z), in O(n r). */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('ShiftedLowRankOperator', z, this.inputDim);
    return tf.tidy(() => tf.add(tf.mul(z, this.shift), tf.matMul(tf.matMul(z, this.V), this.U, false, true)));
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('ShiftedLowRankOperator adjoint', u, this.outputDim);
    return tf.tidy(() => tf.add(tf.mul(u, this.shift), tf.matMul(tf.matMul(u, this.U), this.V, false, true)));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  /**
   * (c I + U Vᵀ)⁻¹ = I / c − U (I + VᵀU / c)⁻¹ Vᵀ / c² (Woodbury), whose inverse in the middle is only r × r.
   * @throws SingularMatrixError where it has no inverse.
   */
  async inverse(): Promise<LinearOperator> {
    const [[c], U, V] = await Promise.all([this.shift.data(), fromTensor(this.U), fromTensor(this.V)]);
    if (c === 0) return denseInverse(this);
    const core = inverseMatrix(add(identity(U.cols), scale(multiply(transpose(V), U), 1 / c!)));
    const factors = { U: toTensor(scale(multiply(U, core), -1 / (c! * c!))), V: toTensor(V) };
    const inverse = new ShiftedLowRankOperator({ shift: 1 / c!, ...factors, trainable: false });
    tf.dispose(factors);
    return inverse;
  }

  async toMatrix() {
    const [[shift], U, V] = await Promise.all([this.shift.data(), fromTensor(this.U), fromTensor(this.V)]);
    return add(scale(identity(this.inputDim), shift!), multiply(U, transpose(V)));
  }

  dispose(): void {
    this.shift.dispose();
    this.U.dispose();
    this.V.dispose();
  }
}
