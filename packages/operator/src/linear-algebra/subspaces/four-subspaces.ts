// The four fundamental subspaces of A, by its singular vectors (Strang, "The fundamental theorem of linear algebra", 1993).
import { orthogonalComplement } from '../decompositions/qr.js';
import { svd } from '../decompositions/svd.js';
import { finite, normalised } from '../matrix/checks.js';
import { identity, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { rankOf, rcondOf, type RankOptions } from './rank.js';

export interface Subspace {
  dimension: number;
  /** Orthonormal columns; null for {0}. */
  readonly basis: Matrix | null;
}

export interface FourSubspaces {
  rank: number;
  /** { A x }, in the space of outputs. */
  range: Subspace;
  /** { y : Aᵀ y = 0 }, what of the outputs A never reaches. */
  leftNullSpace: Subspace;
  /** { Aᵀ y }, what of the inputs A sees. */
  rowSpace: Subspace;
  /** { x : A x = 0 } */
  nullSpace: Subspace;
}

/**
 * The range, the null space, and those of Aᵀ, with orthonormal bases.
 *
 * `rcond`: singular values up to this times the largest count as zero. Null spaces' bases are computed when they are first read: of a
 * tall matrix that of Aᵀ has a number of entries that grows with the square of its rows.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { fourSubspaces } from '@lin/operator/linear-algebra';
 * const { rank, range, nullSpace, leftNullSpace } = fourSubspaces([[1, 1], [1, 1], [0, 0]]);
 * console.log(rank, range.dimension, nullSpace.dimension, leftNullSpace.dimension);
 * ```
 * ```text
 * 1 1 1 2
 * ```
 */
export function fourSubspaces(a: MatrixLike, { rcond }: RankOptions = {}): FourSubspaces {
  const matrix = finite('fourSubspaces', a);
  const threshold = rcondOf('fourSubspaces', rcond, matrix);
  const { U, s, V } = svd(normalised(matrix).scaled);
  const rank = rankOf(s, threshold);
  return {
    rank,
    range: leading(U, rank),
    leftNullSpace: complement(U, rank),
    rowSpace: leading(V, rank),
    nullSpace: complement(V, rank),
  };
}

/**
 * { A x } as orthonormal columns; null for the zero matrix.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { range } from '@lin/operator/linear-algebra';
 * const basis = range([[3, 6], [4, 8]])!;
 * console.log(basis.cols, [...basis.data].map((x) => Math.abs(x).toFixed(3)));
 * ```
 * ```text
 * 1 [ '0.600', '0.800' ]
 * ```
 */
export function range(a: MatrixLike, options: RankOptions = {}): Matrix | null {
  return fourSubspaces(a, options).range.basis;
}

/**
 * { x : A x = 0 } as orthonormal columns; null where only 0 is mapped to 0.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { nullSpace } from '@lin/operator/linear-algebra';
 * const basis = nullSpace([[1, 1]])!;
 * console.log([...basis.data].map((x) => Math.abs(x).toFixed(4)), nullSpace([[1, 0], [0, 1]]));
 * ```
 * ```text
 * [ '0.7071', '0.7071' ] null
 * ```
 */
export function nullSpace(a: MatrixLike, options: RankOptions = {}): Matrix | null {
  return fourSubspaces(a, options).nullSpace.basis;
}

/**
 * Q Qᵀ for orthonormal columns Q: the orthogonal projection onto what they span, n × n; zero for `null`.
 * @param basis n × k, orthonormal columns; `null` for {0}.
 * @example
 * ```ts
 * import { projectorOnto, range, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(projectorOnto(range([[2], [0]]), 2)));
 * ```
 * ```text
 * [ [ 1, 0 ], [ 0, 0 ] ]
 * ```
 */
export function projectorOnto(basis: Matrix | null, n: number): Matrix {
  return basis ? multiply(basis, transpose(basis)) : zeros(n, n);
}

function leading(vectors: Matrix, rank: number): Subspace {
  return { dimension: rank, basis: rank > 0 ? columnsOf(vectors, 0, rank) : null };
}

/** What the first `rank` of the orthonormal columns leave of the space. */
function complement(vectors: Matrix, rank: number): Subspace {
  let basis: Matrix | null | undefined;
  return {
    dimension: vectors.rows - rank,
    get basis() {
      return (basis ??= complementBasis(vectors, rank));
    },
  };
}

function complementBasis(vectors: Matrix, rank: number): Matrix | null {
  if (rank === vectors.rows) return null;
  if (vectors.cols === vectors.rows) return columnsOf(vectors, rank, vectors.cols);
  return rank === 0 ? identity(vectors.rows) : orthogonalComplement(columnsOf(vectors, 0, rank));
}
