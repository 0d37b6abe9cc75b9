// The sum of operators: (A + B + …) z = A z + B z + …. The terms keep their structure: a diagonal plus a low-rank one stays O(n r).
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { add } from '../linear-algebra/matrix/arithmetic.js';
import { AdjointOperator } from './adjoint-operator.js';

/**
 * A z + B z + … of operators of one shape, each of which keeps its structure.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DiagonalOperator, IdentityOperator, SumOperator } from '@lin/operator';
 * const A = new SumOperator([new IdentityOperator({ dim: 2 }), new DiagonalOperator({ dim: 2, diagonal: [1, 9] })]);
 * console.log(A.apply(tf.tensor2d([[1, 1]])).arraySync());
 * ```
 * ```text
 * [ [ 2, 10 ] ]
 * ```
 */
export class SumOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly terms: readonly LinearOperator[];

  /** @throws OperatorError for no terms, or terms of different shapes. */
  constructor(terms: readonly LinearOperator[]) {
    const [first] = terms;
    if (!first) throw new OperatorError('SumOperator: expected at least one term, but got none.');
    const other = terms.findIndex(
      ({ inputDim, outputDim }) => inputDim !== first.inputDim || outputDim !== first.outputDim,
    );
    if (other > 0) {
      const { inputDim, outputDim } = terms[other]!;
      throw new OperatorError(
        `SumOperator: term ${other} is ${outputDim}×${inputDim}, but the first is ` +
          `${first.outputDim}×${first.inputDim}; only equal shapes can be added.`,
      );
    }
    this.inputDim = first.inputDim;
    this.outputDim = first.outputDim;
    this.terms = terms;
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => this.terms.map((term) => term.apply(z)).reduce((sum, value) => tf.add(sum, value)));
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => this.terms.map((term) => term.applyAdjoint(u)).reduce((sum, value) => tf.add(sum, value)));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  async toMatrix() {
    const matrices = await Promise.all(this.terms.map((term) => term.toMatrix()));
    return matrices.reduce(add);
  }

  dispose(): void {
    this.terms.forEach((term) => term.dispose());
  }
}
