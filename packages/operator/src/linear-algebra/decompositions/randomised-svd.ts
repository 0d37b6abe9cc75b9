// The leading singular triples from products with a few random vectors (Halko, Martinsson & Tropp, "Finding structure with randomness",
// 2011, §4.4, §5.1).
import { OperatorError } from '../../errors.js';
import { finite, normalised, restored } from '../matrix/checks.js';
import { transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { qr } from './qr.js';
import type { Svd } from './singular-triples.js';
import { svd } from './svd.js';

export interface RandomisedSvdOptions {
  /** Random vectors beyond k. */
  oversampling?: number;
  /** Products with A Aᵀ: each sharpens the decay of the singular values by a square. */
  powerIterations?: number;
  seed?: number;
}

/**
 * The first k singular triples, nearly: their error is that of the best rank-k approximation times a small factor, which falls with
 * both options. Costs 2 (powerIterations + 1) products of A with k + oversampling vectors.
 * @param a m × n: a Matrix, or rows of numbers.
 * @param k How many triples, 1 to min(m, n).
 * @throws OperatorError unless 1 ≤ k ≤ min(m, n), or when an entry is not finite.
 * @example
 * ```ts
 * import { diagonal, svdRandomised } from '@lin/operator/linear-algebra';
 * const A = diagonal([9, 4, 1e-3, 1e-4, 1e-5]);
 * console.log([...svdRandomised(A, 2).s].map((x) => x.toFixed(6)));
 * ```
 * ```text
 * [ '9.000000', '4.000000' ]
 * ```
 */
export function svdRandomised(
  a: MatrixLike,
  k: number,
  { oversampling = 10, powerIterations = 2, seed = 1 }: RandomisedSvdOptions = {},
): Svd {
  const { scaled: matrix, scale } = normalised(finite('svdRandomised', a));
  const most = Math.min(matrix.rows, matrix.cols);
  if (!Number.isInteger(k) || k < 1 || k > most)
    throw new OperatorError(`svdRandomised: k is ${k}; expected an integer from 1 to ${most}.`);
  for (const [name, value] of Object.entries({ oversampling, powerIterations, seed })) {
    if (!Number.isInteger(value) || value < 0)
      throw new OperatorError(`svdRandomised: ${name} is ${value}; expected an integer of at least 0.`);
  }
  const transposed = transpose(matrix);
  const size = Math.min(most, k + oversampling);
  let basis = qr(multiply(matrix, gaussian(matrix.cols, size, seed))).Q;
  for (let i = 0; i < powerIterations; i++) {
    const back = qr(multiply(transposed, basis)).Q; // orthonormal between products, or all columns turn into the first
    basis = qr(multiply(matrix, back)).Q;
  }
  const { U, s, V } = svd(multiply(transpose(basis), matrix));
  return {
    U: columnsOf(multiply(basis, U), 0, k),
    s: restored('svdRandomised', s.slice(0, k), scale),
    V: columnsOf(V, 0, k),
  };
}

/** Independent standard normals: Box and Muller's transform of a mulberry32 sequence. */
function gaussian(rows: number, cols: number, seed: number): Matrix {
  const matrix = zeros(rows, cols);
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < matrix.data.length; i++)
    matrix.data[i] = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return matrix;
}
