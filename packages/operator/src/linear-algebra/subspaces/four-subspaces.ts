// The four fundamental subspaces of A, by its singular vectors (Strang, "The fundamental theorem of linear algebra", 1993).
import { svdFull } from '../decompositions/svd.js';
import { asMatrix, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { defaultRcond, rankOf, type RankOptions } from './rank.js';

export interface Subspace {
  dimension: number;
  /** Orthonormal columns; null for {0}. */
  basis: Matrix | null;
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

/** `rcond`: singular values up to this times the largest count as zero. @throws OperatorError when an entry is not finite. */
export function fourSubspaces(a: MatrixLike, { rcond }: RankOptions = {}): FourSubspaces {
  const matrix = asMatrix(a);
  const { U, s, V } = svdFull(matrix);
  const rank = rankOf(s, rcond ?? defaultRcond(matrix));
  return {
    rank,
    range: subspace(U, 0, rank),
    leftNullSpace: subspace(U, rank, U.cols),
    rowSpace: subspace(V, 0, rank),
    nullSpace: subspace(V, rank, V.cols),
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

function subspace(vectors: Matrix, start: number, end: number): Subspace {
  return { dimension: end - start, basis: end > start ? columnsOf(vectors, start, end) : null };
}
