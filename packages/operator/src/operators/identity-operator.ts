// The identity, A z = z. It has no parameters.
import * as tf from '@tensorflow/tfjs-core';
import type { LinearOperator } from '../linear-operator.js';
import { identity } from '../linear-algebra/matrix/matrix.js';
import { requireDimension, requireRows } from './requirements.js';

/**
 * What leaves every z as it is, [B, dim] → [B, dim], without variables.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { IdentityOperator } from '@lin/operator';
 * console.log(new IdentityOperator({ dim: 2 }).apply(tf.tensor2d([[1, 2]])).arraySync());
 * ```
 * ```text
 * [ [ 1, 2 ] ]
 * ```
 */
export class IdentityOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;

  constructor({ dim }: { dim: number }) {
    requireDimension('IdentityOperator', 'dim', dim);
    this.inputDim = this.outputDim = dim;
  }

  /** A tensor of its own, as every operator gives: disposing it leaves z. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('IdentityOperator', z, this.inputDim);
    return tf.clone(z);
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return this.apply(u);
  }

  adjoint(): this {
    return this;
  }

  async inverse(): Promise<IdentityOperator> {
    return new IdentityOperator({ dim: this.inputDim });
  }

  async toMatrix() {
    return identity(this.inputDim);
  }

  dispose(): void {}
}
