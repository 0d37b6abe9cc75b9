// Singular value decomposition: on a backend's kernels where it has them, else by one-sided Jacobi rotations.
import { OperatorError } from '../../errors.js';
import { LEAST_WORK, onBackend } from '../matrix/backend-kernels.js';
import { finite, normalised, restored } from '../matrix/checks.js';
import { type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { svdOnBackend } from './backend-svd.js';
import { jacobiSvd, preconditionedSvd } from './jacobi-svd.js';
import { orthogonalComplement } from './qr.js';
import type { Svd } from './singular-triples.js';

/**
 * A = U diag(s) Vᵀ, thin: r = min(m, n). Signs of the pairs are not determined.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { svd } from '@lin/operator/linear-algebra';
 * const { U, s, V } = svd([[3, 0], [0, 4], [0, 0]]);
 * console.log(s, [U.rows, U.cols], [V.rows, V.cols]);
 * ```
 * ```text
 * Float64Array(2) [ 4, 3 ] [ 3, 2 ] [ 2, 2 ]
 * ```
 */
export function svd(a: MatrixLike): Svd {
  const matrix = finite('svd', a);
  const { rows: m, cols: n } = matrix;
  const { scaled, scale } = normalised(matrix);
  const found = m * n * Math.min(m, n) < LEAST_WORK ? undefined : svdOnBackend(scaled);
  return found ? { ...found, s: restored('svd', found.s, scale) } : svdOnHost(matrix);
}

/**
 * As `svd`, but U is m × m and V is n × n.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError
 * @example
 * ```ts
 * import { svdFull } from '@lin/operator/linear-algebra';
 * const { U, s } = svdFull([[3, 0], [0, 4], [0, 0]]);
 * console.log(s, [U.rows, U.cols]);
 * ```
 * ```text
 * Float64Array(2) [ 4, 3 ] [ 3, 3 ]
 * ```
 */
export function svdFull(a: MatrixLike): Svd {
  const { U, s, V } = svd(a);
  return { U: completed(U), s, V: completed(V) };
}

/**
 * The best approximation of rank k: the first k singular triples.
 * @param a m × n: a Matrix, or rows of numbers.
 * @param k How many triples, 1 to min(m, n).
 * @throws OperatorError unless 1 ≤ k ≤ min(m, n), or when an entry is not finite.
 * @example
 * ```ts
 * import { svdTruncated } from '@lin/operator/linear-algebra';
 * const { U, s, V } = svdTruncated([[3, 0], [0, 4]], 1);
 * console.log(s, [U.rows, U.cols], [V.rows, V.cols]);
 * ```
 * ```text
 * Float64Array(1) [ 4 ] [ 2, 1 ] [ 2, 1 ]
 * ```
 */
export function svdTruncated(a: MatrixLike, k: number): Svd {
  const { U, s, V } = svd(a);
  if (!Number.isInteger(k) || k < 1 || k > s.length)
    throw new OperatorError(`svdTruncated: k is ${k}; expected an integer from 1 to ${s.length}.`);
  return { U: columnsOf(U, 0, k), s: s.slice(0, k), V: columnsOf(V, 0, k) };
}

/**
 * The singular values alone, largest first.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { singularValues } from '@lin/operator/linear-algebra';
 * console.log(singularValues([[3, 0, 0], [0, 4, 0]]));
 * ```
 * ```text
 * Float64Array(2) [ 4, 3 ]
 * ```
 */
export function singularValues(a: MatrixLike): Float64Array {
  const matrix = finite('singularValues', a);
  const { scaled, scale } = normalised(matrix);
  const outputs = onBackend('Svd', matrix.rows * matrix.cols * Math.min(matrix.rows, matrix.cols), [scaled], {
    compute_uv: false,
    full_matrices: false,
  });
  return outputs ? restored('singularValues', outputs[0]!.data, scale) : svdOnHost(matrix).s;
}

/** Up to this many columns (or rows) Jacobi's rotations alone take milliseconds, and every small value has its digits. */
const SMALL = 64;

function svdOnHost(matrix: Matrix): Svd {
  return Math.min(matrix.rows, matrix.cols) <= SMALL ? jacobiSvd(matrix) : preconditionedSvd(matrix);
}

function completed(basis: Matrix): Matrix {
  const complement = orthogonalComplement(basis);
  if (!complement) return basis;
  const { rows, cols } = basis;
  const whole = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    whole.set(basis.data.subarray(i * cols, (i + 1) * cols), i * rows);
    whole.set(complement.data.subarray(i * complement.cols, (i + 1) * complement.cols), i * rows + cols);
  }
  return { rows, cols: rows, data: whole };
}
