// An orthogonal operator, whatever its parameters are: the product of k Householder reflections, Q = H₁ H₂ … H_k with H = I − 2 v vᵀ / vᵀv
// (Tomczak & Welling 2016, arXiv 1611.09630), in compact WY form (Schreiber & Van Loan 1989): Q = I − V T Vᵀ with T [k, k] upper
// triangular.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { fromRows, fromTensor, identity, toTensor, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { AdjointOperator } from './adjoint-operator.js';
import { reflectionsOf } from './reflections-of.js';
import { requireDimension, requireOrthonormal, requireRows, requireSeed } from './requirements.js';

export interface OrthogonalOperatorOptions {
  dim: number;
  /**
   * k. An even number starts as the identity. Products of k reflections reach what differs from the identity in k dimensions;
   * n reach all of O(n) with determinant (−1)ⁿ. Default: dim, or dim − 1 where that is odd: rotations.
   */
  reflections?: number;
  /** Of the random normals. */
  seed?: number;
  trainable?: boolean;
}

/**
 * A product of Householder reflections: orthogonal whatever its parameters, [B, dim] → [B, dim] (Tomczak & Welling 2016, arXiv
 * 1611.09630).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { OrthogonalOperator } from '@lin/operator';
 * const Q = new OrthogonalOperator({ dim: 3, reflections: 2, seed: 1 });
 * const z = tf.tensor2d([[1, 2, 3]]);
 * console.log(tf.round(Q.applyAdjoint(Q.apply(z))).arraySync());
 * Q.dispose();
 * ```
 * ```text
 * [ [ 1, 2, 3 ] ]
 * ```
 */
export class OrthogonalOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** The reflections' normals as rows, [k, dim]; only their directions matter. */
  readonly normals: tf.Variable<tf.Rank.R2>;

  /** @throws OperatorError for a dimension or a number of reflections below 1. */
  constructor({ dim, reflections = dim - (dim % 2) || 1, seed = 0, trainable = true }: OrthogonalOperatorOptions) {
    requireDimension('OrthogonalOperator', 'dim', dim);
    requireDimension('OrthogonalOperator', 'reflections', reflections);
    requireSeed('OrthogonalOperator', seed);
    this.inputDim = this.outputDim = dim;
    this.normals = tf.tidy(() => tf.variable(pairedNormals(reflections, dim, seed), trainable));
  }

  /**
   * The operator of an orthogonal matrix; its float32 reflections differ from it by about 1e-6. @throws OperatorError unless Qᵀ Q = I to
   * 1e-6.
   */
  static of(Q: Matrix, { trainable = true }: { trainable?: boolean } = {}): OrthogonalOperator {
    requireOrthonormal('OrthogonalOperator', Q);
    if (Q.rows !== Q.cols)
      throw new OperatorError(
        `OrthogonalOperator: the matrix is ${Q.rows}×${Q.cols}; only a square one is orthogonal.`,
      );
    const found = reflectionsOf(Q);
    const normals = found.length > 0 ? found : [unitVector(Q.rows), unitVector(Q.rows)]; // twice the same is the identity
    const operator = new OrthogonalOperator({ dim: Q.rows, reflections: normals.length, trainable });
    tf.tidy(() => operator.normals.assign(toTensor(fromRows(normals))));
    return operator;
  }

  /** Q z, [B, n] → [B, n], in O(n k): rows z Qᵀ = z − ((z V) Tᵀ) Vᵀ. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('OrthogonalOperator', z, this.inputDim);
    return tf.tidy(() => reflect(z, this.normals, true));
  }

  /** Qᵀ u, which is Q⁻¹ u. */
  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('OrthogonalOperator adjoint', u, this.outputDim);
    return tf.tidy(() => reflect(u, this.normals, false));
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  /** The reflections in reverse: (H₁ … H_k)⁻¹ = H_k … H₁. */
  async inverse(): Promise<OrthogonalOperator> {
    const inverse = new OrthogonalOperator({
      dim: this.inputDim,
      reflections: this.normals.shape[0],
      trainable: false,
    });
    tf.tidy(() => inverse.normals.assign(tf.reverse2d(this.normals, 0)));
    return inverse;
  }

  /** The reflections in float64, one after the other. */
  async toMatrix(): Promise<Matrix> {
    const normals = await fromTensor(this.normals);
    const Q = identity(this.inputDim);
    for (let k = normals.rows - 1; k >= 0; k--)
      reflectColumns(Q, normals.data.subarray(k * this.inputDim, (k + 1) * this.inputDim));
    return Q;
  }

  dispose(): void {
    this.normals.dispose();
  }
}

/** Random directions in equal pairs: H H = I, so an even number of reflections starts as the identity. */
function pairedNormals(reflections: number, dim: number, seed: number): tf.Tensor2D {
  const distinct = tf.randomNormal([Math.ceil(reflections / 2), dim], 0, 1, 'float32', seed + 1) as tf.Tensor2D; // tfjs takes 0 for no seed
  const pairs = tf.reshape(tf.stack([distinct, distinct], 1), [-1, dim]) as tf.Tensor2D;
  return tf.slice2d(pairs, [0, 0], [reflections, dim]);
}

const unitVector = (dim: number) => new Float64Array(dim).fill(1, 0, 1);

/** Rows z Qᵀ (`transposed`) or z Q. */
function reflect(z: tf.Tensor2D, normals: tf.Tensor2D, transposed: boolean): tf.Tensor2D {
  const Vt = tf.div(normals, tf.norm(normals, 'euclidean', 1, true)) as tf.Tensor2D; // [k, n]
  const zV = tf.matMul(z, Vt, false, true); // [B, k]
  return tf.sub(z, tf.matMul(tf.matMul(zV, triangularFactor(Vt), false, transposed), Vt));
}

/**
 * T for unit normals. Two neighbouring products join as (I − V₁T₁V₁ᵀ)(I − V₂T₂V₂ᵀ) = I − [V₁ V₂] [T₁, −T₁V₁ᵀV₂T₂; 0, T₂] [V₁ V₂]ᵀ: from
 * single reflections (T = 2) on, all pairs are joined at once, log₂ k times. What a last, incomplete pair lacks is filled with normals of
 * zero.
 */
function triangularFactor(Vt: tf.Tensor2D): tf.Tensor2D {
  const k = Vt.shape[0];
  const rounds = Math.ceil(Math.log2(k));
  const filled = 2 ** rounds;
  const V = tf.pad2d(Vt, [
    [0, filled - k],
    [0, 0],
  ]);
  let T: tf.Tensor3D = tf.fill([filled, 1, 1], 2); // [products, size, size]
  for (let size = 1; size < filled; size *= 2) {
    const pairs = filled / (2 * size);
    const [T1, T2] = tf.unstack(tf.reshape(T, [pairs, 2, size, size]), 1) as [tf.Tensor3D, tf.Tensor3D];
    const [V1, V2] = tf.unstack(tf.reshape(V, [pairs, 2, size, -1]), 1) as [tf.Tensor3D, tf.Tensor3D];
    const corner = tf.neg(tf.matMul(tf.matMul(T1, tf.matMul(V1, V2, false, true)), T2)) as tf.Tensor3D;
    T = tf.concat3d([tf.concat3d([T1, corner], 2), tf.concat3d([tf.zerosLike(corner), T2], 2)], 1);
  }
  return tf.slice2d(tf.squeeze<tf.Tensor2D>(T, [0]), [0, 0], [k, k]);
}

/** Q ← H Q. */
function reflectColumns({ rows, cols, data }: Matrix, normal: Float64Array): void {
  const factor = 2 / normal.reduce((sum, value) => sum + value * value, 0);
  const projection = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) projection[j]! += normal[i]! * data[i * cols + j]!;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) data[i * cols + j]! -= factor * normal[i]! * projection[j]!;
}
