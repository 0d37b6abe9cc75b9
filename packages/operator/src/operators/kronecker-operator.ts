// The Kronecker product A ⊗ B on latents read as matrices, row by row: z = vec(Z), Z [n_A, n_B], and (A ⊗ B) vec(Z) = vec(A Z Bᵀ)
// (Golub & Van Loan, §12.3). It holds n_A m_A + n_B m_B numbers where its matrix has n_A m_A n_B m_B.
import * as tf from '@tensorflow/tfjs-core';
import type { LinearOperator } from '../linear-operator.js';
import { zeros, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireRows } from './requirements.js';
import { denseInverse, inversesOf, isSquare } from './inverse-operator.js';

/**
 * A ⊗ B: each z is read as a matrix Z [n_A, n_B], row by row, and mapped to A Z Bᵀ (Van Loan 2000, The ubiquitous Kronecker product,
 * https://doi.org/10.1016/S0377-0427(00)00393-9; Golub & Van Loan 2013, Matrix Computations, §12.3).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DenseOperator, DiagonalOperator, KroneckerOperator } from '@lin/operator';
 * const left = new DiagonalOperator({ dim: 2, diagonal: [1, 10] });
 * const right = new DenseOperator({ inputDim: 2, matrix: [[1, 2], [3, 4]] });
 * console.log(new KroneckerOperator({ left, right }).apply(tf.tensor2d([[1, 0, 0, 1]])).arraySync());
 * ```
 * ```text
 * [ [ 1, 3, 20, 40 ] ]
 * ```
 */
export class KroneckerOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** A, which acts on the slow index. */
  readonly left: LinearOperator;
  /** B, which acts on the fast index. */
  readonly right: LinearOperator;

  constructor({ left, right }: { left: LinearOperator; right: LinearOperator }) {
    this.left = left;
    this.right = right;
    this.inputDim = left.inputDim * right.inputDim;
    this.outputDim = left.outputDim * right.outputDim;
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('KroneckerOperator', z, this.inputDim);
    const { left, right } = this;
    return tf.tidy(() => {
      const ZBt = onFastIndex((rows) => right.apply(rows), z, right.inputDim); // [B, n_A·m_B]
      return onSlowIndex((rows) => left.apply(rows), ZBt, left.inputDim);
    });
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('KroneckerOperator adjoint', u, this.outputDim);
    const { left, right } = this;
    return tf.tidy(() => {
      const UB = onFastIndex((rows) => right.applyAdjoint(rows), u, right.outputDim); // [B, m_A·n_B]
      return onSlowIndex((rows) => left.applyAdjoint(rows), UB, left.outputDim);
    });
  }

  /** (A ⊗ B)ᵀ = Aᵀ ⊗ Bᵀ. */
  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  /** (A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹ where both are square. @throws as `inverseOperator` */
  async inverse(): Promise<LinearOperator> {
    if (!isSquare(this.left) || !isSquare(this.right)) return denseInverse(this);
    const [left, right] = await inversesOf([this.left, this.right]);
    return new KroneckerOperator({ left: left!, right: right! });
  }

  async toMatrix() {
    return kronecker(await this.left.toMatrix(), await this.right.toMatrix());
  }

  dispose(): void {
    this.left.dispose();
    this.right.dispose();
  }
}

type RowMap = (rows: tf.Tensor2D) => tf.Tensor2D;

/** [B, slow·dim] → [B, slow·dim′]. */
function onFastIndex(map: RowMap, z: tf.Tensor2D, dim: number): tf.Tensor2D {
  const rows = tf.reshape(z, [-1, dim]) as tf.Tensor2D; // [B·slow, dim]
  return tf.reshape(map(rows), [z.shape[0], -1]) as tf.Tensor2D;
}

/** [B, dim·fast] → [B, dim′·fast]. */
function onSlowIndex(map: RowMap, z: tf.Tensor2D, dim: number): tf.Tensor2D {
  const batch = z.shape[0];
  const fast = z.shape[1] / dim;
  const columns = tf.reshape(tf.transpose(tf.reshape(z, [batch, dim, fast]), [0, 2, 1]), [
    batch * fast,
    dim,
  ]) as tf.Tensor2D;
  return tf.reshape(tf.transpose(tf.reshape(map(columns), [batch, fast, -1]), [0, 2, 1]), [batch, -1]) as tf.Tensor2D;
}

/** Block (i, j) is A_ij B. */
function kronecker(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows * b.rows, a.cols * b.cols);
  for (let row = 0; row < result.rows; row++) {
    for (let column = 0; column < result.cols; column++) {
      const [i, j] = [Math.floor(row / b.rows), Math.floor(column / b.cols)];
      result.data[row * result.cols + column] =
        a.data[i * a.cols + j]! * b.data[(row % b.rows) * b.cols + (column % b.cols)]!;
    }
  }
  return result;
}
