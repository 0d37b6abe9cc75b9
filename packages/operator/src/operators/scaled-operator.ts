// A multiple of another operator: (c A) z = c (A z).
import * as tf from '@tensorflow/tfjs-core';
import type { LinearOperator } from '../linear-operator.js';
import { scale } from '../linear-algebra/matrix/arithmetic.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireValues } from './requirements.js';
import { SingularMatrixError } from '../errors.js';
import { inverseOperator } from './inverse-operator.js';

export interface ScaledOperatorOptions {
  operator: LinearOperator;
  /** c. */
  factor: number;
  /** Whether optimisers find the factor; default false. */
  trainable?: boolean;
}

/**
 * A multiple c A of another operator, which it holds.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { IdentityOperator, ScaledOperator } from '@lin/operator';
 * const A = new ScaledOperator({ operator: new IdentityOperator({ dim: 2 }), factor: -3 });
 * console.log(A.apply(tf.tensor2d([[1, 2]])).arraySync());
 * A.dispose();
 * ```
 * ```text
 * [ [ -3, -6 ] ]
 * ```
 */
export class ScaledOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly operator: LinearOperator;
  /** c, a scalar. */
  readonly factor: tf.Variable<tf.Rank.R0>;

  /** @throws OperatorError for a factor that is not finite. */
  constructor({ operator, factor, trainable = false }: ScaledOperatorOptions) {
    requireValues('ScaledOperator', 'factor', [factor], 1);
    this.operator = operator;
    this.inputDim = operator.inputDim;
    this.outputDim = operator.outputDim;
    this.factor = tf.tidy(() => tf.variable(tf.scalar(factor), trainable));
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => tf.mul(this.operator.apply(z), this.factor));
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => tf.mul(this.operator.applyAdjoint(u), this.factor));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  /** A⁻¹ / c. @throws SingularMatrixError for a factor of 0, or as `inverseOperator`. */
  async inverse(): Promise<ScaledOperator> {
    const [factor] = await this.factor.data();
    if (!Number.isFinite(Math.fround(1 / factor!)))
      throw new SingularMatrixError(
        `inverseOperator: the factor of a scaled operator is ${factor}; it has no inverse.`,
      );
    return new ScaledOperator({ operator: await inverseOperator(this.operator), factor: 1 / factor! });
  }

  async toMatrix() {
    const [factor] = await this.factor.data();
    return scale(await this.operator.toMatrix(), factor!);
  }

  dispose(): void {
    this.operator.dispose();
    this.factor.dispose();
  }
}
