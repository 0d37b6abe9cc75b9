// One-sided Jacobi SVD after QR with column pivoting (Demmel & Veselić 1992; Drmač & Veselić, "New fast and accurate Jacobi SVD algorithm",
// 2008):
// small singular values of graded matrices keep their digits, which no method by way of a bidiagonal form can promise.
import { ConvergenceError } from '../../errors.js';
import { finite, normalised, restored } from '../matrix/checks.js';
import { multiply } from '../matrix/product.js';
import { diagonal, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { eigenSymmetric } from './eigen-symmetric.js';
import { dot, norm, rotate } from '../matrix/vectors.js';
import { orthogonalComplement } from './qr.js';
import { applyQ, qrFactor, upperFactor } from './qr-factor.js';
import type { Svd } from './singular-triples.js';

/** Six to ten are usual. */
const MOST_SWEEPS = 60;

/**
 * A = U diag(s) Vᵀ, thin, on the host whatever the backend. Each singular value is right to about ε · cond(B), B the matrix with its
 * columns scaled to length one, rather than ε · s₀ / s_k.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { jacobiSvd } from '@lin/operator/linear-algebra';
 * const { s } = jacobiSvd([[1, 1e-20], [0, 1e-20]]); // a column of 1e-20 beside one of 1
 * console.log(s);
 * ```
 * ```text
 * Float64Array(2) [ 1, 1e-20 ]
 * ```
 */
export function jacobiSvd(a: MatrixLike): Svd {
  return rotatedSvd('jacobiSvd', a, (r) => ({ rows: r, rotations: diagonal(new Float64Array(r.rows).fill(1)) }));
}

/**
 * The same with most of the rotations left to an eigendecomposition of R Rᵀ: several times as fast where there are hundreds of columns,
 * but singular values are right to ε · s₀ only, as LAPACK's.
 */
export function preconditionedSvd(a: MatrixLike): Svd {
  return rotatedSvd('svd', a, (r) => {
    const rotations = transpose(eigenSymmetric(multiply(r, transpose(r))).vectors);
    return { rows: multiply(rotations, r), rotations };
  });
}

/** J R and J, where the iteration begins. */
interface Start {
  rows: Matrix;
  rotations: Matrix;
}

function rotatedSvd(operation: string, a: MatrixLike, start: (r: Matrix) => Start): Svd {
  const matrix = finite(operation, a);
  if (matrix.rows < matrix.cols) {
    const { U, s, V } = rotatedSvd(operation, transpose(matrix), start);
    return { U: V, s, V: U };
  }
  const { rows: m, cols: n } = matrix;
  const { scaled, scale } = normalised(matrix);
  const factor = qrFactor(scaled, { pivoted: true });
  // A P = Q R, and rotations from the left make the rows of R orthogonal: J R = diag(s) Wᵀ. So A = (Q Jᵀ) diag(s) (P W)ᵀ.
  const { rows, rotations } = start(upperFactor(factor, n));
  orthogonaliseRows(rows, rotations);

  const lengths = Float64Array.from({ length: n }, (_, i) => norm(rowOf(rows, i)));
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j]! - lengths[i]!);
  const left = zeros(n, m);
  const right = zeros(n, n);
  order.forEach((from, to) => {
    left.data.set(rowOf(rotations, from), to * m);
    for (let k = 0; k < n; k++)
      right.data[to * n + factor.permutation[k]!] =
        lengths[from]! < VECTORLESS ? 0 : rows.data[from * n + k]! / lengths[from]!;
  });
  applyQ(factor, left);
  const s = restored(
    operation,
    Float64Array.from(order, (i) => lengths[i]!),
    scale,
  );
  return {
    U: transpose(left),
    s,
    V: completed(transpose(right), lengths.filter((length) => length >= VECTORLESS).length),
  };
}

/** Rotates pairs of rows until all are orthogonal to rounding; `rotations` is rotated along. */
function orthogonaliseRows(rows: Matrix, rotations: Matrix): void {
  const n = rows.rows;
  const tolerance = Math.sqrt(n) * Number.EPSILON;
  const squares = new Float64Array(n);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    for (let i = 0; i < n; i++) squares[i] = dot(rowOf(rows, i), rowOf(rows, i));
    let rotated = false;
    for (let i = 0; i < n - 1; i++) {
      const x = rowOf(rows, i);
      for (let j = i + 1; j < n; j++) {
        const y = rowOf(rows, j);
        const cosine = cosineOf(x, y, squares[i]!, squares[j]!);
        if (Math.abs(cosine) <= tolerance) continue;
        rotated = true;
        const ratio = lengthRatio(x, y, squares[i]!, squares[j]!); // |y| / |x|
        const zeta = (ratio - 1 / ratio) / (2 * cosine);
        const t = Number.isFinite(zeta) ? (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta)) : 0;
        const c = 1 / Math.hypot(1, t);
        rotate(x, y, c, c * t);
        rotate(rowOf(rotations, i), rowOf(rotations, j), c, c * t);
        squares[i] = dot(x, x);
        squares[j] = dot(y, y);
      }
    }
    if (!rotated) return;
  }
  throw new ConvergenceError(`jacobiSvd: rows of a ${n}×${n} matrix are not orthogonal after ${MOST_SWEEPS} sweeps.`);
}

/** Squares of lengths below this have lost digits, or are 0: the rows themselves are looked at. */
const TINY = 1e-280;

/** Rows shorter than this have too few digits to be rotated. */
const LEAST = 1e-305;

/**
 * Relative to the longest row, whose length is near 1: no rotation by float64 numbers makes a shorter one orthogonal to it. Its singular
 * vector is then any that completes the basis.
 */
const VECTORLESS = 1e-290;

/** x·y / |x||y|; a row of zeros is orthogonal to all. */
function cosineOf(x: Float64Array, y: Float64Array, xx: number, yy: number): number {
  if (xx >= TINY && yy >= TINY) return dot(x, y) / (Math.sqrt(xx) * Math.sqrt(yy));
  const [a, b] = [norm(x), norm(y)];
  if (Math.min(a, b) < Math.max(LEAST, VECTORLESS * Math.max(a, b))) return 0;
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k]! / a) * (y[k]! / b);
  return sum;
}

const lengthRatio = (x: Float64Array, y: Float64Array, xx: number, yy: number): number =>
  xx >= TINY && yy >= TINY ? Math.sqrt(yy / xx) : norm(y) / norm(x);

/** Singular vectors of the value zero, or of one too small to have any digits of its vector, are any that complete the basis. */
function completed(vectors: Matrix, known: number): Matrix {
  const { rows: n, cols } = vectors;
  if (known === cols) return vectors;
  const basis =
    known === 0 ? diagonal(new Float64Array(n).fill(1)) : orthogonalComplement(columnsOf(vectors, 0, known))!;
  for (let i = 0; i < n; i++)
    for (let j = known; j < cols; j++) vectors.data[i * cols + j] = basis.data[i * basis.cols + j - known]!;
  return vectors;
}

function rowOf({ data, cols }: Matrix, i: number): Float64Array {
  return data.subarray(i * cols, (i + 1) * cols);
}
