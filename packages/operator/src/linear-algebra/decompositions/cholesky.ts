// Cholesky decomposition of a symmetric positive definite matrix (Golub & Van Loan, §4.2).
import { SingularMatrixError } from '../../errors.js';
import { onBackend } from '../matrix/backend-kernels.js';
import { scale } from '../matrix/arithmetic.js';
import { finiteSymmetric, normalised } from '../matrix/checks.js';
import { zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { dot } from '../matrix/vectors.js';

/**
 * A = L Lᵀ, L lower triangular with a positive diagonal.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws SingularMatrixError where A is not positive definite: it names the leading minor. OperatorError unless finite, square and
 * symmetric to rounding.
 * @example
 * ```ts
 * import { cholesky, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(cholesky([[4, 2], [2, 10]])));
 * ```
 * ```text
 * [ [ 2, 0 ], [ 1, 3 ] ]
 * ```
 */
export function cholesky(a: MatrixLike): Matrix {
  const matrix = finiteSymmetric('cholesky', a);
  const root = 2 ** Math.floor(Math.log2(normalised(matrix).scale) / 2);
  const inUnits = scale(scale(matrix, 1 / root), 1 / root); // by a power of four, whose root is exact
  return scale(choleskyOnBackend(inUnits) ?? choleskyOnHost(inUnits, root), root);
}

/**
 * Where A is not positive definite, TensorFlow answers with NaN or an error, by its version. Neither says which minor it stopped at: the
 * host does.
 */
function choleskyOnBackend(a: Matrix): Matrix | undefined {
  try {
    const lower = onBackend('Cholesky', a.rows ** 3, [a])?.[0];
    return lower?.data.some(Number.isNaN) ? undefined : lower;
  } catch {
    return undefined;
  }
}

/** `root` squared is what the matrix was divided by. */
function choleskyOnHost({ rows: n, data: a }: Matrix, root: number): Matrix {
  const lower = zeros(n, n);
  for (let i = 0; i < n; i++) {
    const row = lower.data.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < i; j++)
      row[j] =
        (a[i * n + j]! - dot(row.subarray(0, j), lower.data.subarray(j * n, j * n + j))) / lower.data[j * n + j]!;
    const pivot = a[i * n + i]! - dot(row.subarray(0, i), row.subarray(0, i));
    if (!(pivot > 0)) {
      throw new SingularMatrixError(
        `cholesky: the leading minor of order ${i + 1} of this ${n}×${n} matrix is not positive (pivot ` +
          `${pivot * root * root}); it must be positive definite.`,
      );
    }
    row[i] = Math.sqrt(pivot);
  }
  return lower;
}
