// SVD on a backend's kernels. TensorFlow's symmetric eigenvalue solver is twice as fast as its SVD, so it finds the large singular values,
// by way of AᵀA, and the SVD only those that squaring would spoil.
import { onBackend } from '../matrix/backend-kernels.js';
import { transpose, type Matrix } from '../matrix/matrix.js';
import { columnsOf, pickColumns } from '../matrix/parts.js';
import { multiply, multiplyTransposed } from '../matrix/product.js';
import { qr } from './qr.js';
import type { Svd } from './singular-triples.js';

/**
 * Relative to the largest; smaller singular values are left to the SVD. What squaring costs the others is a factor of its reciprocal in
 * rounding.
 */
const LARGE = 1 / 8;

/** Where fewer columns than this share are large, the SVD alone is the shorter way. */
const WORTHWHILE = 0.5;

/**
 * Of a finite matrix whose largest entry is near 1; undefined where the backend has no kernels. Each triple is right to some ε · s₀ /
 * LARGE.
 */
export function svdOnBackend(a: Matrix): Svd | undefined {
  if (a.rows < a.cols) {
    const turned = svdOnBackend(transpose(a));
    return turned && { U: turned.V, s: turned.s, V: turned.U };
  }
  const n = a.cols;
  const eigen = onBackend('SelfAdjointEigV2', n ** 3, [multiplyTransposed(a, a)], { compute_v: true });
  if (!eigen) return svdByKernel(a);
  const squares = eigen[0]!.data; // rising
  const small = squares.filter((value) => value <= LARGE ** 2 * squares[n - 1]!).length;
  if (small > WORTHWHILE * n) return svdByKernel(a);

  // A V = Q R with V the eigenvectors, largest first: R is [D, 0; 0, R₂₂] to rounding, for row i < k of R has entries of ε s₀² / sᵢ beside
  // its diagonal.
  const V = eigen[1]!;
  for (let i = 0; i < n; i++) V.data.subarray(i * n, (i + 1) * n).reverse();
  const { Q, R } = qr(multiply(a, V));
  const large = n - small;
  const s = Float64Array.from({ length: n }, (_, i) => Math.abs(R.data[i * n + i]!));
  for (let j = 0; j < large; j++) if (R.data[j * n + j]! < 0) for (let i = 0; i < a.rows; i++) Q.data[i * n + j]! *= -1;
  if (small > 0) {
    const rest = svdByKernel(lastBlock(R, large))!;
    s.set(rest.s, large);
    turnLast(Q, large, rest.U);
    turnLast(V, large, rest.V);
  }
  return falling({ U: Q, s, V });
}

function svdByKernel(a: Matrix): Svd | undefined {
  const outputs = onBackend('Svd', Infinity, [a], { compute_uv: true, full_matrices: false });
  return outputs && { U: outputs[1]!, s: outputs[0]!.data, V: outputs[2]! };
}

/** Rows and columns from `start` on. */
function lastBlock({ rows, cols, data }: Matrix, start: number): Matrix {
  return columnsOf({ rows: rows - start, cols, data: data.subarray(start * cols) }, start, cols);
}

/** The columns from `start` on times `turn`, in place. */
function turnLast(a: Matrix, start: number, turn: Matrix): void {
  const turned = multiply(columnsOf(a, start, a.cols), turn);
  for (let i = 0; i < a.rows; i++)
    a.data.set(turned.data.subarray(i * turned.cols, (i + 1) * turned.cols), i * a.cols + start);
}

/** Values closer to each other than rounding come in any order from above. */
function falling({ U, s, V }: Svd): Svd {
  if (s.every((value, k) => k === 0 || value <= s[k - 1]!)) return { U, s, V };
  const order = Int32Array.from(s.keys()).sort((i, j) => s[j]! - s[i]!);
  return { U: pickColumns(U, order), s: Float64Array.from(order, (k) => s[k]!), V: pickColumns(V, order) };
}
