// The product of operators: (A B C) z = A (B (C z)), the last factor first. No factor is multiplied out.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { AdjointOperator } from './adjoint-operator.js';
import { denseInverse, inversesOf, isSquare } from './inverse-operator.js';

/**
 * A (B (… z)): the last factor is applied first, as it is written. No factor is multiplied out.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DenseOperator, DiagonalOperator, ProductOperator } from '@lin/operator';
 * const A = new DenseOperator({ inputDim: 2, matrix: [[1, 2], [3, 4]] });
 * const D = new DiagonalOperator({ dim: 2, diagonal: [1, 10] });
 * console.log(new ProductOperator([A, D]).apply(tf.tensor2d([[1, 1]])).arraySync()); // A (D z)
 * ```
 * ```text
 * [ [ 21, 43 ] ]
 * ```
 */
export class ProductOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** As they are written: the last is applied first. */
  readonly factors: readonly LinearOperator[];

  /** @throws OperatorError for no factors, or neighbours whose inner dimensions differ. */
  constructor(factors: readonly LinearOperator[]) {
    if (factors.length === 0) throw new OperatorError('ProductOperator: expected at least one factor, but got none.');
    factors.slice(1).forEach((right, i) => {
      const left = factors[i]!;
      if (left.inputDim !== right.outputDim) {
        throw new OperatorError(
          `ProductOperator: ${left.outputDim}×${left.inputDim} after ${right.outputDim}×${right.inputDim} is not ` +
            'defined; the inner dimensions must be equal.',
        );
      }
    });
    this.factors = factors;
    this.inputDim = factors.at(-1)!.inputDim;
    this.outputDim = factors[0]!.outputDim;
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => this.factors.reduceRight((value, factor) => factor.apply(value), z));
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => this.factors.reduce((value, factor) => factor.applyAdjoint(value), u));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  /** (A B)⁻¹ = B⁻¹ A⁻¹ where all factors are square. @throws as `inverseOperator` */
  async inverse(): Promise<LinearOperator> {
    if (!this.factors.every(isSquare)) return denseInverse(this);
    return new ProductOperator(await inversesOf(this.factors.toReversed()));
  }

  async toMatrix() {
    const matrices = await Promise.all(this.factors.map((factor) => factor.toMatrix()));
    return matrices.reduceRight((product, matrix) => multiply(matrix, product));
  }

  dispose(): void {
    this.factors.forEach((factor) => factor.dispose());
  }
}
