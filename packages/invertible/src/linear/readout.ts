// The split of z into what A acts on and what it cannot see: core = W z with a learned W [latentDim × n], residual = z − W⁺ core.
// W has full row rank, so W⁺ = Wᵀ(WWᵀ)⁻¹ and z = W⁺ core + residual exactly; the residual lies in the null space of W.
import * as tf from '@tensorflow/tfjs-core';
import { normalVariable } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { requireInteger } from '../parameters/options.js';
import { requireShape, ShapeError } from '../bijection/shapes.js';
import { conditionNumber, inverseOfPositiveDefinite, logDeterminant } from './symmetric-positive.js';

export interface ReadoutOptions {
  /** n, the length of z. */
  inputDim: number;
  latentDim: number;
  seed: number;
}

interface GramInverse {
  /** The identity of the values of W that it was made from: tensors never change, so it cannot be stale. */
  weightsId: object;
  /** (WWᵀ)⁻¹, [latentDim, latentDim]. */
  inverse: tf.Tensor2D;
  halfLogDet: number;
}

/**
 * The split of a vector into what a linear operator acts on and what it cannot see: core = W z, [B, inputDim] → [B, latentDim], and
 * residual = z − W⁺ core, [B, inputDim], in the null space of W. W has full row rank, so z = W⁺ core + residual exactly.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Readout } from '@lin/invertible';
 * const readout = new Readout({ inputDim: 3, latentDim: 1, seed: 1 });
 * readout.weights.assign(tf.tensor2d([[2, 0, 0]]));
 * const { core, residual } = readout.split(tf.tensor2d([[5, 6, 7]]));
 * core.print();
 * residual.print();
 * readout.merge(core, residual).print();
 * ```
 * ```text
 * Tensor
 *      [[10],]
 * Tensor
 *      [[0, 6, 7],]
 * Tensor
 *      [[5, 6, 7],]
 * ```
 */
export class Readout {
  readonly inputDim: number;
  readonly latentDim: number;
  /** W, [latentDim, inputDim]. */
  readonly weights: tf.Variable;
  private gram: GramInverse | undefined;

  /** @throws RangeError unless 1 ≤ latentDim ≤ inputDim. */
  constructor({ inputDim, latentDim, seed }: ReadoutOptions) {
    requireInteger('latentDim', latentDim);
    if (latentDim > inputDim)
      throw new RangeError(`latentDim is ${latentDim}: expected at most ${inputDim}, the size of the image.`);
    this.inputDim = inputDim;
    this.latentDim = latentDim;
    this.weights = normalVariable([latentDim, inputDim], 1 / Math.sqrt(inputDim), seed);
  }

  /** W z: [B, n] → [B, latentDim]. */
  core(z: tf.Tensor2D): tf.Tensor2D {
    requireShape('Readout', z, [this.inputDim]);
    return tf.tidy(() => tf.matMul(asFloat('Readout', z) as tf.Tensor2D, this.weights as tf.Tensor2D, false, true));
  }

  /** [B, n] → core [B, latentDim] and residual [B, n]. */
  split(z: tf.Tensor2D): { core: tf.Tensor2D; residual: tf.Tensor2D } {
    return tf.tidy(() => {
      const core = this.core(z);
      return { core, residual: tf.sub(asFloat('Readout', z), this.lift(core)) as tf.Tensor2D };
    });
  }

  /** The inverse of `split`. */
  merge(core: tf.Tensor2D, residual: tf.Tensor2D): tf.Tensor2D {
    requireShape('Readout inverse', core, [this.latentDim]);
    requireShape('Readout inverse', residual, [this.inputDim]);
    if (core.shape[0] !== residual.shape[0]) {
      throw new ShapeError(
        `Readout inverse: core [${core.shape.join(', ')}] and residual [${residual.shape.join(', ')}] are not of one batch.`,
      );
    }
    return tf.tidy(() => {
      const lifted = this.lift(asFloat('Readout inverse', core) as tf.Tensor2D);
      return tf.add(lifted, asFloat('Readout inverse', residual));
    });
  }

  /**
   * ½ log det(WWᵀ): the log-determinant of the split, with the residual in an orthonormal basis of W's null space. Its gradient is (W⁺)ᵀ.
   */
  logDeterminant(): tf.Scalar {
    return tf.customGrad((W) => ({
      value: tf.scalar(this.gramInverse().halfLogDet),
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.matMul(this.gramInverse().inverse, W as tf.Tensor2D), dy),
    }))(this.weights) as tf.Scalar;
  }

  /** Condition number of the Gram matrix WWᵀ. */
  condition(): number {
    return conditionNumber(this.gramMatrix(), this.latentDim);
  }

  dispose(): void {
    this.weights.dispose();
    this.gram?.inverse.dispose();
    this.gram = undefined;
  }

  /** W⁺ core. */
  private lift(core: tf.Tensor2D): tf.Tensor2D {
    return tf.matMul(tf.matMul(core, this.differentiableGramInverse()), this.weights as tf.Tensor2D);
  }

  /** P = (WWᵀ)⁻¹ comes from the host, so its gradient is stated: dP = −P (dW Wᵀ + W dWᵀ) P. */
  private differentiableGramInverse(): tf.Tensor2D {
    return tf.customGrad((W) => ({
      value: tf.clone(this.gramInverse().inverse),
      gradFunc: (dP: tf.Tensor) =>
        tf.tidy(() => {
          const P = this.gramInverse().inverse;
          const S = tf.matMul(tf.matMul(P, dP as tf.Tensor2D), P);
          return tf.neg(tf.matMul(tf.add(S, tf.transpose(S)), W as tf.Tensor2D));
        }),
    }))(this.weights) as tf.Tensor2D;
  }

  private gramInverse(): GramInverse {
    if (this.gram?.weightsId === this.weights.dataId) return this.gram;
    this.gram?.inverse.dispose();
    const n = this.latentDim;
    const gram = this.gramMatrix();
    const inverse = tf.keep(tf.tensor2d(Float32Array.from(inverseOfPositiveDefinite(gram, n)), [n, n]));
    this.gram = { weightsId: this.weights.dataId, inverse, halfLogDet: 0.5 * logDeterminant(gram, n) };
    return this.gram;
  }

  private gramMatrix(): Float64Array {
    const W = this.weights as tf.Tensor2D;
    return Float64Array.from(tf.tidy(() => tf.matMul(W, W, false, true).dataSync()));
  }
}
