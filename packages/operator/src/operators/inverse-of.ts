// The inverse of an operator, of the same structure where the structure has one: (AB)⁻¹ = B⁻¹A⁻¹, (A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹, Q⁻¹ = Qᵀ, Woodbury's formula for
// a shifted low-rank operator (Golub & Van Loan, §2.1.4); by a float64 inverse of the matrix else.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError, SingularMatrixError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { add, scale } from '../linear-algebra/matrix/arithmetic.js';
import { fromTensor, identity, toTensor, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { pseudoInverse } from '../linear-algebra/solve/pseudo-inverse.js';
import { AdjointOperator } from './adjoint-operator.js';
import { DenseOperator } from './dense-operator.js';
import { DiagonalOperator } from './diagonal-operator.js';
import { IdentityOperator } from './identity-operator.js';
import { KroneckerOperator } from './kronecker-operator.js';
import { OrthogonalOperator } from './orthogonal-operator.js';
import { ProductOperator } from './product-operator.js';
import { ScaledOperator } from './scaled-operator.js';
import { ShiftedLowRankOperator } from './shifted-low-rank-operator.js';

/**
 * A⁻¹ as it is now, an operator of its own that is not trained: variables are copied, so either may be disposed without the other.
 * @throws OperatorError unless A is square; SingularMatrixError where a part of it has no inverse.
 */
export async function inverseOf(operator: LinearOperator): Promise<LinearOperator> {
  if (operator.inputDim !== operator.outputDim) {
    throw new OperatorError(
      `inverseOf: the operator is ${operator.outputDim}×${operator.inputDim}; only a square one has an inverse (its pseudo-inverse always exists).`,
    );
  }
  if (operator instanceof IdentityOperator) return new IdentityOperator({ dim: operator.inputDim });
  if (operator instanceof DiagonalOperator) return inverseDiagonal(await operator.diagonal.data());
  if (operator instanceof OrthogonalOperator) return reversed(operator);
  if (operator instanceof AdjointOperator) return (await inverseOf(operator.operator)).adjoint();
  if (operator instanceof ScaledOperator) return inverseScaled(operator);
  if (operator instanceof ShiftedLowRankOperator) return woodbury(operator);
  if (operator instanceof ProductOperator && operator.factors.every(isSquare)) {
    return new ProductOperator(await all(operator.factors.toReversed()));
  }
  if (operator instanceof KroneckerOperator && isSquare(operator.left)) {
    const [left, right] = await all([operator.left, operator.right]);
    return new KroneckerOperator({ left: left!, right: right! });
  }
  return DenseOperator.of(inverseMatrix(await operator.toMatrix()), { trainable: false });
}

const isSquare = ({ inputDim, outputDim }: LinearOperator) => inputDim === outputDim;

/** The inverses of all; where one has none, those that were made are freed. */
async function all(operators: readonly LinearOperator[]): Promise<LinearOperator[]> {
  const made: LinearOperator[] = [];
  try {
    for (const operator of operators) made.push(await inverseOf(operator));
    return made;
  } catch (error) {
    made.forEach((operator) => operator.dispose());
    throw error;
  }
}

function inverseDiagonal(values: ArrayLike<number>): DiagonalOperator {
  const zero = Array.prototype.indexOf.call(values, 0);
  if (zero >= 0)
    throw new SingularMatrixError(`inverseOf: entry ${zero} of the diagonal is 0; the operator has no inverse.`);
  return new DiagonalOperator({
    dim: values.length,
    diagonal: Array.from(values, (value) => 1 / value),
    trainable: false,
  });
}

/** The reflections in reverse: (H₁ … H_k)⁻¹ = H_k … H₁. */
function reversed({ normals, inputDim }: OrthogonalOperator): OrthogonalOperator {
  const inverse = new OrthogonalOperator({ dim: inputDim, reflections: normals.shape[0], trainable: false });
  tf.tidy(() => inverse.normals.assign(tf.reverse2d(normals, 0)));
  return inverse;
}

async function inverseScaled({ operator, factor }: ScaledOperator): Promise<ScaledOperator> {
  const [value] = await factor.data();
  if (value === 0) throw new SingularMatrixError('inverseOf: the factor of a scaled operator is 0; it has no inverse.');
  return new ScaledOperator({ operator: await inverseOf(operator), factor: 1 / value! });
}

/** (c I + U Vᵀ)⁻¹ = I / c − U (I + VᵀU / c)⁻¹ Vᵀ / c², whose inverse in the middle is only r × r. */
async function woodbury(operator: ShiftedLowRankOperator): Promise<LinearOperator> {
  const [[c], U, V] = await Promise.all([operator.shift.data(), fromTensor(operator.U), fromTensor(operator.V)]);
  if (c === 0) return DenseOperator.of(inverseMatrix(await operator.toMatrix()), { trainable: false });
  const core = inverseMatrix(add(identity(U.cols), scale(multiply(transpose(V), U), 1 / c!)));
  const factors = { U: toTensor(scale(multiply(U, core), -1 / (c! * c!))), V: toTensor(V) };
  const inverse = new ShiftedLowRankOperator({ shift: 1 / c!, ...factors, trainable: false });
  tf.dispose(factors);
  return inverse;
}

function inverseMatrix(matrix: Matrix): Matrix {
  const { matrix: inverse, rank, dropped } = pseudoInverse(matrix);
  if (rank < matrix.rows) {
    throw new SingularMatrixError(
      `inverseOf: a part of ${matrix.rows}×${matrix.rows} has rank ${rank} (its next singular value is ${dropped} of the first); it has no inverse.`,
    );
  }
  return inverse;
}
