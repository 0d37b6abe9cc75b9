// c I + P Qᵀ in float64: closed under products, sums and multiples, so that a linear flow's steps multiply out to one of them without a
// matrix of n × n (Eq. 17 of arXiv 2510.08570).
import { add, scale, scaleColumns } from '../linear-algebra/matrix/arithmetic.js';
import { identity, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { columnsOf, stackRows } from '../linear-algebra/matrix/parts.js';
import { multiply, multiplyTransposed } from '../linear-algebra/matrix/product.js';
import { qr } from '../linear-algebra/decompositions/qr.js';
import { svd } from '../linear-algebra/decompositions/svd.js';

export interface ShiftedLowRank {
  c: number;
  /** [n, r], as Q is. */
  P: Matrix;
  Q: Matrix;
}

/** a A. */
export const multipleOf = (a: number, { c, P, Q }: ShiftedLowRank): ShiftedLowRank => ({ c: a * c, P: scale(P, a), Q });

/** A + B, of rank r_A + r_B. */
export const sumOf = (A: ShiftedLowRank, B: ShiftedLowRank): ShiftedLowRank => ({
  c: A.c + B.c,
  P: beside(A.P, B.P),
  Q: beside(A.Q, B.Q),
});

/** A + a I. */
export const shiftedBy = (a: number, { c, P, Q }: ShiftedLowRank): ShiftedLowRank => ({ c: c + a, P, Q });

/** A B = c_A c_B I + c_A P_B Q_Bᵀ + P_A (c_B Q_A + Q_B P_BᵀQ_A)ᵀ, of rank r_A + r_B. */
export const productOf = (A: ShiftedLowRank, B: ShiftedLowRank): ShiftedLowRank => ({
  c: A.c * B.c,
  P: beside(A.P, scale(B.P, A.c)),
  Q: beside(add(scale(A.Q, B.c), multiply(B.Q, multiplyTransposed(B.P, A.Q))), B.Q),
});

/** The same in min(r, n, rank) columns, without those that are zero to rounding; with fewer than it has, the nearest of that rank. */
export function compressed({ c, P, Q }: ShiftedLowRank, rank = Infinity): ShiftedLowRank {
  const [left, right] = [qr(P), qr(Q)];
  const { U, s, V } = svd(multiply(left.R, transpose(right.R))); // P Qᵀ = Q_P (R_P R_Qᵀ) Q_Qᵀ
  const significant = s.findLastIndex((value) => value > s[0]! * 2 ** -52 * P.rows) + 1;
  const kept = Math.max(1, Math.min(rank, significant));
  return {
    c,
    P: multiply(left.Q, scaleColumns(columnsOf(U, 0, kept), s.slice(0, kept))),
    Q: multiply(right.Q, columnsOf(V, 0, kept)),
  };
}

/** The same in n columns, where it has more: P Qᵀ itself, and the identity. */
export const withinDimension = ({ c, P, Q }: ShiftedLowRank): ShiftedLowRank =>
  P.cols <= P.rows ? { c, P, Q } : { c, P: multiply(P, transpose(Q)), Q: identity(P.rows) };

/** [A, B]. */
const beside = (A: Matrix, B: Matrix): Matrix => transpose(stackRows(transpose(A), transpose(B)));
