// Eigenvalues and orthonormal eigenvectors of a symmetric matrix.
import { onBackend } from '../matrix/backend-kernels.js';
import { finiteSymmetric, normalised, restored } from '../matrix/checks.js';
import { transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { diagonalise, tridiagonalise } from './tridiagonal.js';

export interface SymmetricEigen {
  /** Rising, [n]. */
  values: Float64Array;
  /** Orthonormal eigenvectors as columns, n × n. */
  vectors: Matrix;
}

/**
 * A = V diag(values) Vᵀ.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite, square and symmetric to rounding.
 * @example
 * ```ts
 * import { eigenSymmetric } from '@lin/operator/linear-algebra';
 * const { values, vectors } = eigenSymmetric([[2, 1], [1, 2]]);
 * console.log([...values].map((x) => x.toFixed(4)), [...vectors.data].map((x) => Math.abs(x).toFixed(4)));
 * ```
 * ```text
 * [ '1.0000', '3.0000' ] [ '0.7071', '0.7071', '0.7071', '0.7071' ]
 * ```
 */
export function eigenSymmetric(a: MatrixLike): SymmetricEigen {
  const { scaled, scale } = normalised(finiteSymmetric('eigenSymmetric', a));
  const outputs = onBackend('SelfAdjointEigV2', scaled.rows ** 3, [scaled], { compute_v: true });
  const { values, vectors } = outputs
    ? { values: outputs[0]!.data, vectors: outputs[1]! }
    : eigenSymmetricOnHost(scaled);
  return { values: restored('eigenSymmetric', values, scale), vectors };
}

function eigenSymmetricOnHost(a: Matrix): SymmetricEigen {
  const tridiagonal = tridiagonalise({ ...a, data: a.data.slice() });
  diagonalise(tridiagonal);
  const { d, rows } = tridiagonal;
  const n = d.length;
  const order = Array.from(d.keys()).sort((i, j) => d[i]! - d[j]!);
  const sorted = zeros(n, n);
  order.forEach((from, to) => sorted.data.set(rows.data.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => d[i]!), vectors: transpose(sorted) };
}
