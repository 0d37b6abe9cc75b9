// What every linear operator of this package offers: application to rows, the adjoint, and its matrix. Any class with these methods can
// stand in.
import type * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from './linear-algebra/matrix/matrix.js';

export interface LinearOperator {
  /** n. */
  readonly inputDim: number;
  /** m. */
  readonly outputDim: number;
  /** A z for each row z: [B, n] → [B, m]; differentiable. */
  apply(z: tf.Tensor2D): tf.Tensor2D;
  /** Aᵀ u for each row u: [B, m] → [B, n]; differentiable. */
  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D;
  /** Aᵀ, sharing this operator's variables: nothing is copied, and disposing either disposes both. */
  adjoint(): LinearOperator;
  /** A, m × n, computed in float64 from the float32 variables. */
  toMatrix(): Promise<Matrix>;
  /**
   * A⁻¹ by this operator's structure, with variables of its own; absent where the matrix has to be inverted, which `inverseOperator` then
   * does.
   */
  inverse?(): Promise<LinearOperator>;
  /** Frees the variables, those of the parts included. Twice is harmless. */
  dispose(): void;
}
