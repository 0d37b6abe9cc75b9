// A dense, trainable linear operator A: rows of z are mapped to rows of z Aᵀ.
import * as tf from '@tensorflow/tfjs-core';
import {
  eigenvalues,
  pseudoInverse,
  singularValueDecomposition,
  type Complex,
  type Rows,
  type SingularValues,
} from './decompositions.js';
import { OperatorError } from './errors.js';
import type { LinearOperator } from './linear-operator.js';

export interface DenseOperatorOptions {
  inputDim: number;
  /** Default: inputDim. */
  outputDim?: number;
  /** [outputDim, inputDim]; default: the identity, ones on the main diagonal of a rectangular matrix. */
  matrix?: Rows;
  trainable?: boolean;
}

export class DenseOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** A, [outputDim, inputDim]. */
  readonly matrix: tf.Variable;

  /** @throws OperatorError for a dimension below 1, or a matrix of another shape. */
  constructor({ inputDim, outputDim = inputDim, matrix, trainable = true }: DenseOperatorOptions) {
    for (const [name, value] of Object.entries({ inputDim, outputDim })) {
      if (!Number.isInteger(value) || value < 1) throw new OperatorError(`DenseOperator: ${name} is ${value}; expected an integer of at least 1.`);
    }
    if (matrix && (matrix.length !== outputDim || matrix.some((row) => row.length !== inputDim))) {
      throw new OperatorError(
        `DenseOperator: the matrix is ${matrix.length}×${matrix[0]?.length ?? 0}; expected ${outputDim}×${inputDim} (outputDim × inputDim).`,
      );
    }
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.matrix = tf.tidy(() =>
      tf.variable(matrix ? tf.tensor2d(matrix, [outputDim, inputDim], 'float32') : rectangularIdentity(outputDim, inputDim), trainable),
    );
  }

  /** A z for each row z: [B, inputDim] → [B, outputDim]. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    if (z.rank !== 2 || z.shape[1] !== this.inputDim) {
      throw new OperatorError(`DenseOperator: expected latents of shape [B, ${this.inputDim}], but got [${z.shape.join(', ')}].`);
    }
    return tf.matMul(z, this.matrix as tf.Tensor2D, false, true);
  }

  /** Aᵀ, as an operator of its own. */
  adjoint(): DenseOperator {
    const rows = this.toArray();
    return fromRows(rows[0]!.map((_, j) => rows.map((row) => row[j]!)));
  }

  /** A ∘ other: first `other`, then this one. @throws OperatorError when other's output is not this one's input. */
  compose(other: DenseOperator): DenseOperator {
    if (other.outputDim !== this.inputDim) {
      throw new OperatorError(
        `compose: ${this.outputDim}×${this.inputDim} after ${other.outputDim}×${other.inputDim} is not defined; the inner dimensions must be equal.`,
      );
    }
    const product = tf.tidy(() => tf.matMul<tf.Tensor2D>(this.matrix as tf.Tensor2D, other.matrix as tf.Tensor2D).arraySync());
    return fromRows(product);
  }

  /** A⁺; singular values below `rcond` times the largest count as zero. */
  pinv({ rcond }: { rcond?: number } = {}): DenseOperator {
    return fromRows(pseudoInverse(this.toArray(), rcond));
  }

  /** A = U diag(s) Vᵀ in float64. */
  svd(): SingularValues {
    return singularValueDecomposition(this.toArray());
  }

  /** Largest modulus first. @throws OperatorError unless A is square. */
  eigenvalues(): Complex[] {
    return eigenvalues(this.toArray());
  }

  toArray(): Rows {
    return (this.matrix as tf.Tensor2D).arraySync();
  }

  dispose(): void {
    this.matrix.dispose();
  }
}

function fromRows(matrix: Rows): DenseOperator {
  return new DenseOperator({ inputDim: matrix[0]!.length, outputDim: matrix.length, matrix });
}

function rectangularIdentity(rows: number, columns: number): tf.Tensor2D {
  const size = Math.min(rows, columns);
  return tf.pad(tf.eye(size), [[0, rows - size], [0, columns - size]]);
}
