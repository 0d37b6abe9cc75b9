// Least squares and ridge regression by the SVD, of R where there are more rows than columns (Golub & Van Loan, §5.5, §6.1).
import { qr } from '../decompositions/qr.js';
import type { Svd } from '../decompositions/singular-triples.js';
import { svd } from '../decompositions/svd.js';
import { norm } from '../matrix/vectors.js';
import { OperatorError } from '../../errors.js';
import { finite, normalised, reciprocalPower, withoutOverflow } from '../matrix/checks.js';
import { scaleColumns, scaleRows, subtract } from '../matrix/arithmetic.js';
import { transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnOf, rowOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { conditionOf, rankOf, rcondOf, type RankOptions } from '../subspaces/rank.js';

export interface LeastSquares {
  /** n × k: column j belongs to column j of B. Among the minimisers, the shortest. */
  x: Matrix;
  /** |A x − b| for each column of B, [k]. */
  residuals: Float64Array;
  rank: number;
  /** The largest singular value of A over the smallest that counts; 1 for zero. */
  condition: number;
}

/**
 * min |A x − b| for each column b of B, m × k; among the minimisers, the shortest x.
 * @param a m × n.
 * @param b m × k: a problem for each column.
 * @throws OperatorError where the rows differ in number, or when an entry is not finite.
 * @example
 * ```ts
 * import { leastSquares } from '@lin/operator/linear-algebra';
 * const times = [[1, 0], [1, 1], [1, 2], [1, 3]]; // a line through four points
 * const { x, residuals, rank } = leastSquares(times, [[1], [3], [5], [6]]);
 * console.log([...x.data].map((value) => value.toFixed(6)), residuals[0]!.toFixed(6), rank);
 * ```
 * ```text
 * [ '1.200000', '1.700000' ] 0.547723 2
 * ```
 */
export function leastSquares(a: MatrixLike, b: MatrixLike, { rcond }: RankOptions = {}): LeastSquares {
  const [A, B] = system('leastSquares', a, b);
  const threshold = rcondOf('leastSquares', rcond, A);
  const { scaled, scale } = normalised(A);
  const plain = { columns: new Float64Array(A.cols).fill(1), ...factored(scaled, threshold) };
  const best = (rcond === undefined && plain.rank < A.cols && fullRankByColumns(scaled, threshold)) || plain;
  const solution = filtered(best, B, (value, k) => (k < best.rank ? 1 / value : 0));
  const x = withoutOverflow(
    'leastSquares',
    scaleRows(
      solution,
      best.columns.map((factor) => factor / scale),
    ),
  );
  return { x, residuals: residualsOf(A, x, B), rank: best.rank, condition: conditionOf(best.s, best.rank) };
}

function factored(A: Matrix, threshold: number): Svd & { rank: number } {
  const found = tallSvd(A);
  return { ...found, rank: rankOf(found.s, threshold) };
}

/** Columns in units far apart look dependent: scaled to like lengths they may not be, and then there is one minimiser. */
function fullRankByColumns(A: Matrix, threshold: number): (Svd & { rank: number; columns: Float64Array }) | undefined {
  const columns = Float64Array.from({ length: A.cols }, (_, j) => reciprocalPower(columnOf(A, j)));
  const found = factored(scaleColumns(A, columns), threshold);
  return found.rank === A.cols ? { ...found, columns } : undefined;
}

export interface Ridge {
  /** n × k */
  x: Matrix;
  /** |A x − b| for each column of B, without the penalty. */
  residuals: Float64Array;
  /** Σ s² / (s² + λ): how many parameters the penalty leaves free. */
  degreesOfFreedom: number;
}

/**
 * min |A x − b|² + λ|x|² for each column b of B.
 * @param a m × n.
 * @param b m × k: a problem for each column.
 * @param lambda λ, a positive number.
 * @throws OperatorError unless λ > 0; as `leastSquares`.
 * @example
 * ```ts
 * import { ridge } from '@lin/operator/linear-algebra';
 * const { x, degreesOfFreedom } = ridge([[1, 0], [0, 2]], [[1], [1]], 1);
 * console.log([...x.data].map((value) => value.toFixed(3)), degreesOfFreedom.toFixed(3));
 * ```
 * ```text
 * [ '0.500', '0.400' ] 1.300
 * ```
 */
export function ridge(a: MatrixLike, b: MatrixLike, lambda: number): Ridge {
  if (!(lambda > 0 && lambda < Infinity))
    throw new OperatorError(`ridge: lambda is ${lambda}; expected a positive number (leastSquares is the case of 0).`);
  const [A, B] = system('ridge', a, b);
  const { scaled, scale } = normalised(A);
  const svdOfA = tallSvd(scaled);
  const root = Math.sqrt(lambda) / scale;
  const share = (s: number) => 1 / (1 + (root / s) ** 2); // s² / (s² + λ), where squares could overflow
  const shrunk = filtered(svdOfA, B, (s) => (s === 0 ? 0 : share(s) / s));
  const x = withoutOverflow('ridge', scaleRows(shrunk, new Float64Array(A.cols).fill(1 / scale)));
  return {
    x,
    residuals: residualsOf(A, x, B),
    degreesOfFreedom: svdOfA.s.reduce((sum, s) => sum + (s === 0 ? 0 : share(s)), 0),
  };
}

function system(operation: string, a: MatrixLike, b: MatrixLike): [Matrix, Matrix] {
  const [A, B] = [finite(operation, a), finite(operation, b)];
  if (A.rows !== B.rows)
    throw new OperatorError(
      `${operation}: A is ${A.rows}×${A.cols} and B ${B.rows}×${B.cols}; they must have the same number of rows.`,
    );
  return [A, B];
}

/** From this many rows a column, a QR decomposition first is the shorter way. */
const TALL = 1.5;

function tallSvd(A: Matrix): Svd {
  if (A.rows < TALL * A.cols) return svd(A);
  const { Q, R } = qr(A);
  const { U, s, V } = svd(R);
  return { U: multiply(Q, U), s, V };
}

/** V diag(filter(s)) Uᵀ B */
function filtered({ U, s, V }: Svd, B: Matrix, filter: (value: number, k: number) => number): Matrix {
  const coordinates = multiply(transpose(U), B);
  const factors = s.map(filter);
  return multiply(V, {
    ...coordinates,
    data: coordinates.data.map((value, i) => factors[Math.floor(i / coordinates.cols)]! * value),
  });
}

function residualsOf(A: Matrix, x: Matrix, B: Matrix): Float64Array {
  const unit = Math.max(normalised(A).scale, normalised(B).scale); // in which A x does not overflow
  const inUnits = (M: Matrix): Matrix => ({ ...M, data: M.data.map((value) => value / unit) });
  const columns = transpose(subtract(multiply(inUnits(A), x), inUnits(B)));
  return Float64Array.from({ length: columns.rows }, (_, j) => unit * norm(rowOf(columns, j)));
}
