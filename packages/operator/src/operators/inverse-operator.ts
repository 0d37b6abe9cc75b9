// The inverse of an operator: its own where its structure has one, by a float64 inverse of the matrix else.
import { OperatorError, SingularMatrixError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import type { Matrix } from '../linear-algebra/matrix/matrix.js';
import { pseudoInverse } from '../linear-algebra/solve/pseudo-inverse.js';
import { DenseOperator } from './dense-operator.js';

/**
 * A⁻¹ as it is now, an operator of its own that is not trained: variables are copied, so either may be disposed without the other.
 * @throws OperatorError unless A is square; SingularMatrixError where a part of it has no inverse.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { DiagonalOperator, inverseOperator } from '@lin/operator';
 * const A = new DiagonalOperator({ dim: 2, diagonal: [2, 4] });
 * const inverse = await inverseOperator(A);
 * console.log(inverse.constructor.name, inverse.apply(tf.tensor2d([[2, 4]])).arraySync());
 * [A, inverse].forEach((operator) => operator.dispose());
 * ```
 * ```text
 * DiagonalOperator [ [ 1, 1 ] ]
 * ```
 */
export async function inverseOperator(operator: LinearOperator): Promise<LinearOperator> {
  requireSquare(operator);
  return operator.inverse ? operator.inverse() : denseInverse(operator);
}

/** The inverses of all; where one has none, those that were made are freed. */
export async function inversesOf(operators: readonly LinearOperator[]): Promise<LinearOperator[]> {
  const made: LinearOperator[] = [];
  try {
    for (const operator of operators) made.push(await inverseOperator(operator));
    return made;
  } catch (error) {
    made.forEach((operator) => operator.dispose());
    throw error;
  }
}

/** By the matrix, whatever the structure. @throws as `inverseOperator` */
export async function denseInverse(operator: LinearOperator): Promise<DenseOperator> {
  requireSquare(operator);
  return DenseOperator.of(inverseMatrix(await operator.toMatrix()), { trainable: false });
}

export const isSquare = ({ inputDim, outputDim }: LinearOperator): boolean => inputDim === outputDim;

function requireSquare(operator: LinearOperator): void {
  if (isSquare(operator)) return;
  throw new OperatorError(
    `inverseOperator: the operator is ${operator.outputDim}×${operator.inputDim}; ` +
      'only a square one has an inverse (its pseudo-inverse always exists).',
  );
}

/** @throws SingularMatrixError for a matrix without full rank. */
export function inverseMatrix(matrix: Matrix): Matrix {
  const { matrix: inverse, rank, dropped } = pseudoInverse(matrix);
  if (rank < matrix.rows) {
    throw new SingularMatrixError(
      `inverseOperator: a part of ${matrix.rows}×${matrix.rows} has rank ${rank} (its next singular value is ` +
        `${dropped} of the first); it has no inverse.`,
    );
  }
  return inverse;
}
