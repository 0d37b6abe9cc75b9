// A dense, trainable linear operator A: rows of z are mapped to rows of z Aᵀ.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { fromTensor, toTensor, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireDimension, requireRows } from './requirements.js';

export interface DenseOperatorOptions {
  inputDim: number;
  /** Default: inputDim. */
  outputDim?: number;
  /** [outputDim, inputDim]; default: the identity, ones on the main diagonal of a rectangular matrix. */
  matrix?: readonly (readonly number[])[];
  trainable?: boolean;
}

/**
 * Any linear map, by its matrix: A z for each row z, [B, inputDim] → [B, outputDim].
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DenseOperator } from '@lin/operator';
 * const A = new DenseOperator({ inputDim: 2, outputDim: 3, matrix: [[1, 0], [0, 1], [1, 1]] });
 * console.log(A.apply(tf.tensor2d([[1, 2]])).arraySync());
 * console.log((await A.toMatrix()).data);
 * A.dispose();
 * ```
 * ```text
 * [ [ 1, 2, 3 ] ]
 * Float64Array(6) [ 1, 0, 0, 1, 1, 1 ]
 * ```
 */
export class DenseOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  /** A, [outputDim, inputDim]. */
  readonly matrix: tf.Variable<tf.Rank.R2>;

  /** @throws OperatorError for a dimension below 1, or a matrix of another shape. */
  constructor({ inputDim, outputDim = inputDim, matrix, trainable = true }: DenseOperatorOptions) {
    Object.entries({ inputDim, outputDim }).forEach(([name, value]) => requireDimension('DenseOperator', name, value));
    if (matrix && (matrix.length !== outputDim || matrix.some((row) => row.length !== inputDim))) {
      throw new OperatorError(
        `DenseOperator: the matrix is ${matrix.length}×${matrix[0]?.length ?? 0}; ` +
          `expected ${outputDim}×${inputDim} (outputDim × inputDim).`,
      );
    }
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.matrix = tf.tidy(() =>
      tf.variable(
        matrix ? tf.tensor2d(matrix as number[][], [outputDim, inputDim], 'float32') : tf.eye(outputDim, inputDim),
        trainable,
      ),
    );
  }

  /** The operator of a float64 matrix, rounded to float32. */
  static of(matrix: Matrix, { trainable = true }: { trainable?: boolean } = {}): DenseOperator {
    const operator = new DenseOperator({ inputDim: matrix.cols, outputDim: matrix.rows, trainable });
    tf.tidy(() => operator.matrix.assign(toTensor(matrix)));
    return operator;
  }

  /** A z for each row z: [B, inputDim] → [B, outputDim]. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('DenseOperator', z, this.inputDim);
    return tf.matMul(z, this.matrix, false, true);
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('DenseOperator adjoint', u, this.outputDim);
    return tf.matMul(u, this.matrix);
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  toMatrix(): Promise<Matrix> {
    return fromTensor(this.matrix);
  }

  dispose(): void {
    this.matrix.dispose();
  }
}
