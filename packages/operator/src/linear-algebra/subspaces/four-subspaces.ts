// The four fundamental subspaces of A, by its singular vectors (Strang, "The fundamental theorem of linear algebra", 1993).
import { orthogonalComplement } from '../decompositions/qr.js';
import { svd } from '../decompositions/svd.js';
import { asMatrix, identity, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
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
 * `rcond`: singular values up to this times the largest count as zero. Null spaces' bases are computed when they are first read: of a tall
 * matrix
 * that of Aᵀ has a number of entries that grows with the square of its rows.
 * @throws OperatorError when an entry is not finite.
 */
export function fourSubspaces(a: MatrixLike, { rcond }: RankOptions = {}): FourSubspaces {
  const matrix = asMatrix(a);
  const threshold = rcondOf('fourSubspaces', rcond, matrix);
  const { U, s, V } = svd(matrix);
  const rank = rankOf(s, threshold);
  return {
    rank,
    range: leading(U, rank),
    leftNullSpace: complement(U, rank),
    rowSpace: leading(V, rank),
    nullSpace: complement(V, rank),
  };
}

/** { A x } as orthonormal columns; null for the zero matrix. @throws OperatorError when an entry is not finite. */
export function range(a: MatrixLike, options: RankOptions = {}): Matrix | null {
  return fourSubspaces(a, options).range.basis;
}

/** { x : A x = 0 } as orthonormal columns; null where only 0 is mapped to 0. @throws OperatorError when an entry is not finite. */
export function nullSpace(a: MatrixLike, options: RankOptions = {}): Matrix | null {
  return fourSubspaces(a, options).nullSpace.basis;
}

/** Q Qᵀ for orthonormal columns Q: the orthogonal projection onto what they span, n × n; zero for `null`. */
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
