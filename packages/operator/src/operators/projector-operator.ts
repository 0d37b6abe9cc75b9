// An orthogonal projector by construction: A = Q diag(b) Qᵀ with Q orthogonal and b ∈ {0, 1}ⁿ, so A² = A and A = Aᵀ whatever the parameters
// are. After the idempotent networks of Berman, Hallak & Shocher 2025 (arXiv 2510.08570): the spectrum b is trained by straight-through
// estimation (Bengio, Léonard & Courville 2013, arXiv 1308.3432). g_x can absorb any basis, so Q may be left out (no reflections): the
// diagonal projector.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { diagonal, fromRows, toTensor, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { OrthogonalOperator } from './orthogonal-operator.js';
import { reflectionsOf } from './reflections-of.js';
import { requireDimension, requireOrthonormal, requireRows, requireSeed } from './requirements.js';

export interface ProjectorOperatorOptions {
  dim: number;
  /** Directions kept at the start, from 0 to dim; default dim, the identity. Training may change it. */
  rank?: number;
  /** Householder reflections of the basis Q; default 0, Q = I. */
  reflections?: number;
  /** Of Q's normals. */
  seed?: number;
  trainable?: boolean;
}

/** A gate at or above this is open. */
const THRESHOLD = 0.5;
/** Gates start half-way between the threshold and the end they stand for, so that training can turn them. */
const OPEN = 0.75;
const SHUT = 0.25;

/**
 * An orthogonal projector Q diag(b) Qᵀ with b of zeros and ones: A² = A = Aᵀ whatever the parameters, which are trained straight
 * through the step (Bengio, Léonard & Courville 2013, arXiv 1308.3432). [B, dim] → [B, dim].
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ProjectorOperator } from '@lin/operator';
 * const P = new ProjectorOperator({ dim: 3, rank: 2 });
 * console.log(P.apply(tf.tensor2d([[1, 2, 3]])).arraySync(), await P.rank());
 * P.dispose();
 * ```
 * ```text
 * [ [ 1, 2, 0 ] ] 2
 * ```
 */
export class ProjectorOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** p, [dim]: direction k is kept where p_k ≥ ½. */
  readonly gates: tf.Variable<tf.Rank.R1>;
  /** Q, the basis of the directions; `null` for the coordinates. */
  readonly basis: OrthogonalOperator | null;

  /** @throws OperatorError for a dimension below 1, a rank outside 0 … dim, or a negative number of reflections or seed. */
  constructor({ dim, rank = dim, reflections = 0, seed, trainable = true }: ProjectorOperatorOptions) {
    requireDimension('ProjectorOperator', 'dim', dim);
    if (!Number.isInteger(rank) || rank < 0 || rank > dim)
      throw new OperatorError(`ProjectorOperator: rank is ${rank}; expected an integer from 0 to ${dim}.`);
    if (reflections !== 0) requireDimension('ProjectorOperator', 'reflections', reflections);
    if (seed !== undefined) requireSeed('ProjectorOperator', seed);
    this.inputDim = this.outputDim = dim;
    this.gates = tf.tidy(() =>
      tf.variable(tf.tensor1d(Float32Array.from({ length: dim }, (_, k) => (k < rank ? OPEN : SHUT))), trainable),
    );
    this.basis =
      reflections === 0
        ? null
        : new OrthogonalOperator({ dim, reflections, ...(seed !== undefined && { seed }), trainable });
  }

  /** The projector onto the span of orthonormal columns, n × k; a basis of k reflections. @throws OperatorError unless BᵀB = I to 1e-6. */
  static onto(basis: Matrix, { trainable = true }: { trainable?: boolean } = {}): ProjectorOperator {
    requireOrthonormal('ProjectorOperator', basis);
    const normals = reflectionsOf(basis);
    const operator = new ProjectorOperator({
      dim: basis.rows,
      rank: basis.cols,
      reflections: normals.length,
      trainable,
    });
    if (operator.basis) {
      const { normals: variable } = operator.basis;
      tf.tidy(() => variable.assign(toTensor(fromRows(normals))));
    }
    return operator;
  }

  /** Q (b ⊙ Qᵀ z). Gradients pass to p as if b were p: straight through the step. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('ProjectorOperator', z, this.inputDim);
    return tf.tidy(() => {
      const spectrum = straightThroughStep(this.gates);
      if (!this.basis) return tf.mul(z, spectrum);
      return this.basis.apply(tf.mul(this.basis.applyAdjoint(z), spectrum));
    });
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    return this.apply(u);
  }

  /** An orthogonal projector is its own adjoint. */
  adjoint(): this {
    return this;
  }

  /** How many directions are kept. */
  async rank(): Promise<number> {
    return (await this.spectrum()).reduce((count, kept) => count + kept, 0);
  }

  async toMatrix() {
    const spectrum = diagonal(await this.spectrum());
    if (!this.basis) return spectrum;
    const Q = await this.basis.toMatrix();
    return multiply(multiply(Q, spectrum), transpose(Q));
  }

  dispose(): void {
    this.gates.dispose();
    this.basis?.dispose();
  }

  private async spectrum(): Promise<number[]> {
    return Array.from(await this.gates.data(), (gate) => Number(gate >= THRESHOLD));
  }
}

/** b = 1[p ≥ ½], with db/dp = 1. */
function straightThroughStep(gates: tf.Tensor1D): tf.Tensor1D {
  const step = tf.customGrad((p) => ({
    value: tf.cast(tf.greaterEqual(p as tf.Tensor1D, THRESHOLD), 'float32'),
    gradFunc: (gradient) => tf.clone(gradient),
  }));
  return step(gates) as tf.Tensor1D;
}
