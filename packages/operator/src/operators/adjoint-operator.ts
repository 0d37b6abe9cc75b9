// The adjoint of any operator: ⟨A z, u⟩ = ⟨z, A* u⟩. It holds the operator itself, so both are trained together.
import type * as tf from '@tensorflow/tfjs-core';
import type { LinearOperator } from '../linear-operator.js';
import { transpose } from '../linear-algebra/matrix/matrix.js';

/**
 * Aᵀ over the variables of A: both are trained together, and disposing either disposes both. `A.adjoint()` makes it.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DenseOperator } from '@lin/operator';
 * const A = new DenseOperator({ inputDim: 2, matrix: [[1, 2], [3, 4]] });
 * console.log(A.adjoint().apply(tf.tensor2d([[1, 0]])).arraySync());
 * ```
 * ```text
 * [ [ 1, 2 ] ]
 * ```
 */
export class AdjointOperator implements LinearOperator {
  readonly operator: LinearOperator;

  constructor(operator: LinearOperator) {
    this.operator = operator;
  }

  get inputDim(): number {
    return this.operator.outputDim;
  }

  get outputDim(): number {
    return this.operator.inputDim;
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    return this.operator.applyAdjoint(z);
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return this.operator.apply(u);
  }

  /** The operator itself again. */
  adjoint(): LinearOperator {
    return this.operator;
  }

  /** (Aᵀ)⁻¹ = (A⁻¹)ᵀ, where A has an inverse of its own structure. */
  get inverse(): LinearOperator['inverse'] {
    const { operator } = this;
    return operator.inverse && (async () => (await operator.inverse!()).adjoint());
  }

  async toMatrix() {
    return transpose(await this.operator.toMatrix());
  }

  dispose(): void {
    this.operator.dispose();
  }
}
