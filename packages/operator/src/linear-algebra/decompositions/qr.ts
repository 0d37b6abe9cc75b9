// QR decomposition, plain and with column pivoting.
import { finite, normalised, restoredMatrix } from '../matrix/checks.js';
import { onBackend } from '../matrix/backend-kernels.js';
import { diagonal, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { applyQ, qrFactor, upperFactor, type QrFactor } from './qr-factor.js';

export interface Qr {
  /** Orthonormal columns, m × r with r = min(m, n), or m × m. */
  Q: Matrix;
  /** Upper triangular (trapezoidal), r × n or m × n. Signs of its diagonal are not determined. */
  R: Matrix;
}

export interface PivotedQr extends Qr {
  /** A P = Q R: column k of A P is column permutation[k] of A. */
  permutation: Int32Array;
}

export interface QrOptions {
  /** Q square, R with rows of zeros. Default: thin. */
  full?: boolean;
}

/**
 * A = Q R, Q of orthonormal columns and R upper triangular, by Householder reflections.
 * @param a m × n: a Matrix, or rows of numbers.
 * @param full Q square, R with rows of zeros; default thin.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { multiply, qr, toRows } from '@lin/operator/linear-algebra';
 * const { Q, R } = qr([[3, 1], [4, 2]]);
 * console.log(toRows(multiply(Q, R)).map((row) => row.map((x) => x.toFixed(3))));
 * ```
 * ```text
 * [ [ '3.000', '1.000' ], [ '4.000', '2.000' ] ]
 * ```
 */
export function qr(a: MatrixLike, { full = false }: QrOptions = {}): Qr {
  const { scaled: matrix, scale } = normalised(finite('qr', a));
  const onTensorFlow = onBackend('Qr', matrix.rows * matrix.cols * Math.min(matrix.rows, matrix.cols), [matrix], {
    full_matrices: full,
  });
  const { Q, R } = onTensorFlow
    ? { Q: onTensorFlow[0]!, R: onTensorFlow[1]! }
    : expand(qrFactor(matrix, { pivoted: false }), full);
  return { Q, R: restoredMatrix('qr', R, scale) };
}

/**
 * A P = Q R with |R₀₀| ≥ |R₁₁| ≥ …: reveals the rank in all but contrived cases. On the host.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { qrPivoted } from '@lin/operator/linear-algebra';
 * const { R, permutation } = qrPivoted([[1, 9], [1, 9]]);
 * console.log(permutation, Math.abs(R.data[3]!) < 1e-15); // the second column comes first; rank 1
 * ```
 * ```text
 * Int32Array(2) [ 1, 0 ] true
 * ```
 */
export function qrPivoted(a: MatrixLike, { full = false }: QrOptions = {}): PivotedQr {
  const { scaled, scale } = normalised(finite('qrPivoted', a));
  const factor = qrFactor(scaled, { pivoted: true });
  const { Q, R } = expand(factor, full);
  return { Q, R: restoredMatrix('qrPivoted', R, scale), permutation: factor.permutation };
}

/**
 * An orthonormal basis of what the columns of `basis`, which are orthonormal, leave of the space: m × (m − r); null where they leave
 * nothing.
 */
export function orthogonalComplement(basis: Matrix): Matrix | null {
  const { rows: m, cols: r } = basis;
  if (r >= m) return null;
  const rest = zeros(m - r, m); // the last m − r columns of a full Q, as rows
  for (let i = 0; i < m - r; i++) rest.data[i * m + r + i] = 1;
  applyQ(qrFactor(basis, { pivoted: false }), rest);
  return transpose(rest);
}

function expand(factor: QrFactor, full: boolean): Qr {
  const { rows: n, cols: m } = factor.columns;
  const size = full ? m : Math.min(m, n);
  const q = diagonal(new Float64Array(size).fill(1), size, m); // columns of Q as rows
  applyQ(factor, q);
  return { Q: transpose(q), R: upperFactor(factor, size) };
}
