// A diagonal operator: A z = d ⊙ z.
import * as tf from '@tensorflow/tfjs-core';
import type { LinearOperator } from '../linear-operator.js';
import { diagonal } from '../linear-algebra/matrix/matrix.js';
import { requireDimension, requireRows, requireValues } from './requirements.js';
import { SingularMatrixError } from '../errors.js';

export interface DiagonalOperatorOptions {
  dim: number;
  /** d, [dim]; default: ones, the identity. */
  diagonal?: ArrayLike<number>;
  trainable?: boolean;
}

/**
 * Each coordinate times a factor of its own: d ⊙ z, [B, dim] → [B, dim].
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DiagonalOperator } from '@lin/operator';
 * const A = new DiagonalOperator({ dim: 2, diagonal: [10, 0.5] });
 * console.log(A.apply(tf.tensor2d([[1, 2]])).arraySync());
 * A.dispose();
 * ```
 * ```text
 * [ [ 10, 1 ] ]
 * ```
 */
export class DiagonalOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** d, [dim]. */
  readonly diagonal: tf.Variable<tf.Rank.R1>;

  /** @throws OperatorError for a dimension below 1, or a diagonal of another length or not finite. */
  constructor({ dim, diagonal, trainable = true }: DiagonalOperatorOptions) {
    requireDimension('DiagonalOperator', 'dim', dim);
    if (diagonal) requireValues('DiagonalOperator', 'diagonal', diagonal, dim);
    this.inputDim = this.outputDim = dim;
    this.diagonal = tf.tidy(() =>
      tf.variable(diagonal ? tf.tensor1d(Float32Array.from(diagonal)) : tf.ones<tf.Rank.R1>([dim]), trainable),
    );
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('DiagonalOperator', z, this.inputDim);
    return tf.mul(z, this.diagonal);
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return this.apply(u);
  }

  /** A diagonal operator is its own adjoint. */
  adjoint(): this {
    return this;
  }

  /** diag(1/d). @throws SingularMatrixError for a zero on the diagonal. */
  async inverse(): Promise<DiagonalOperator> {
    const values = await this.diagonal.data();
    const zero = values.indexOf(0);
    if (zero >= 0)
      throw new SingularMatrixError(
        `inverseOperator: entry ${zero} of the diagonal is 0; the operator has no inverse.`,
      );
    return new DiagonalOperator({
      dim: values.length,
      diagonal: Array.from(values, (value) => 1 / value),
      trainable: false,
    });
  }

  async toMatrix() {
    return diagonal(await this.diagonal.data());
  }

  dispose(): void {
    this.diagonal.dispose();
  }
}
