// Closed forms of min ‖A Z_x − Z_y‖² + λ ‖A − A₀‖² over all A, those of a rank (reduced-rank regression, Izenman 1975), the orthogonal ones
// (Procrustes, Schönemann 1966) and the orthogonal projectors, from what one pass over the latents left: Z_x = U diag(s) Vᵀ and T = Uᵀ Z_y.
import { eigenSymmetric } from '../linear-algebra/decompositions/eigen-symmetric.js';
import { singularValues, svd } from '../linear-algebra/decompositions/svd.js';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { add, scaleColumns, scaleRows, squareSum, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { columnsOf } from '../linear-algebra/matrix/parts.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { DenseOperator } from '../operators/dense-operator.js';
import { LowRankOperator } from '../operators/low-rank-operator.js';
import { OrthogonalOperator } from '../operators/orthogonal-operator.js';
import { ProjectorOperator } from '../operators/projector-operator.js';
import type { FitMethod, LatentMoments } from './latent-moments.js';
import { explainedRows, requireRidge, solveRidge, type RidgeOptions } from './ridge.js';

export interface OperatorFit<O extends LinearOperator> {
  /** float32, trainable: a starting point as good as an end. */
  operator: O;
  /** A in float64, m × n, as it was solved. */
  matrix: Matrix;
  /** Rows of latents seen. */
  rows: number;
  /** ‖A Z_x − Z_y‖², over all rows and coordinates. */
  residual: number;
  /** 1 − residual / ‖Z_y − mean‖²: 0 is as good as predicting the mean, below it worse; NaN where the mean is all there is. */
  r2: number;
  /**
   * Largest over smallest singular value of Z_x, with λ: √((s₁² + λ) / (s_n² + λ)). Infinity where Z_x has less than full column rank and λ
   * is 0.
   */
  condition: number;
  /** Of Z_x, to rounding. */
  rank: number;
  /** How the stream was gathered. */
  method: FitMethod;
  /** The least ‖A Z_x − Z_y‖² + λ ‖A − A₀‖² of any A of rank at most k, at place k = 0 … min(m, n). */
  rankErrors: Float64Array;
}

/**
 * The best A of all: min ‖A Z_x − Z_y‖² + λ ‖A − A₀‖².
 * @param moments Of `gatherLatents`.
 * @throws OperatorError for a negative λ, or a `towards` of another size.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fitDense, fromRows, gatherLatents, multiply, toRows, type Matrix } from '@lin/operator';
 * const x = fromRows([[1, 0], [0, 1], [1, 1], [2, 1]]);
 * const y = multiply(x, [[0, 2], [1, 0]]); // rows times Aᵀ
 * const moments = await gatherLatents([{ x, y }]);
 * const { matrix, residual } = fitDense(moments);
 * const rounded = (A: Matrix) => toRows(A).map((row) => row.map((value) => Number(value.toFixed(3)) + 0));
 * console.log(rounded(matrix), residual < 1e-12);
 * const near = fitDense(moments, { ridge: 1e6, towards: fromRows([[1, 1], [1, 1]]) });
 * console.log(rounded(near.matrix));
 * ```
 * ```text
 * [ [ 0, 1 ], [ 2, 0 ] ] true
 * [ [ 1, 1 ], [ 1, 1 ] ]
 * ```
 */
export function fitDense(moments: LatentMoments, options: RidgeOptions = {}): OperatorFit<DenseOperator> {
  const matrix = solveRidge(moments, options);
  return report(moments, options, DenseOperator.of(matrix), matrix);
}

/**
 * The best A of rank at most `rank`.
 * @param moments Of `gatherLatents`.
 * @throws OperatorError for a rank outside 1 … min(m, n), a negative λ, or a `towards` of another size.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fitLowRank, fromRows, gatherLatents, multiply, toRows } from '@lin/operator';
 * const x = fromRows([[1, 0], [0, 1], [1, 1], [2, 1]]);
 * const y = multiply(x, [[0, 2], [1, 0]]); // rows times Aᵀ
 * const moments = await gatherLatents([{ x, y }]);
 * const { matrix } = fitLowRank(moments, { rank: 1 });
 * console.log(toRows(matrix).map((row) => row.map((value) => Number(value.toFixed(6)) + 0)));
 * ```
 * ```text
 * [ [ 0.496139, 0.065878 ], [ 1.868243, 0.248069 ] ]
 * ```
 */
export function fitLowRank(
  moments: LatentMoments,
  { rank, ...options }: RidgeOptions & { rank: number },
): OperatorFit<LowRankOperator> {
  const A = solveRidge(moments, options);
  requireRank('fitLowRank', rank, Math.min(A.rows, A.cols));
  const explained = svd(explainedRows(moments, options)).V;
  const W = columnsOf(explained, 0, Math.min(rank, explained.cols)); // the directions of Z_y that are explained best, m × k
  const { U, s, V } = svd(multiply(transpose(W), A)); // A_k = W Wᵀ A
  const factors = { U: multiply(W, U), s, V };
  return report(moments, options, LowRankOperator.of(factors), multiply(scaleColumns(factors.U, s), transpose(V)));
}

/**
 * The best orthogonal A. λ would change nothing: all have the same norm.
 * @param moments Of `gatherLatents`.
 * @throws OperatorError where latents are of different lengths.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fitOrthogonal, fromRows, gatherLatents, multiply, toRows } from '@lin/operator';
 * const x = fromRows([[1, 0], [0, 1], [1, 1], [2, 1]]);
 * const y = multiply(x, [[0, 2], [1, 0]]); // rows times Aᵀ
 * const moments = await gatherLatents([{ x, y }]);
 * const { matrix } = fitOrthogonal(moments);
 * console.log(toRows(matrix).map((row) => row.map((value) => Number(value.toFixed(6)) + 0)));
 * ```
 * ```text
 * [ [ -0.196116, 0.980581 ], [ 0.980581, 0.196116 ] ]
 * ```
 */
export function fitOrthogonal(moments: LatentMoments): OperatorFit<OrthogonalOperator> {
  requireSquareFit('fitOrthogonal', moments);
  const { U, V } = svd(transpose(crossMoment(moments))); // Z_yᵀ Z_x = U S Vᵀ
  const Q = multiply(U, transpose(V));
  return report(moments, {}, OrthogonalOperator.of(Q), Q);
}

/**
 * The best orthogonal projector, of `rank` or of whatever rank is best: ‖P Z_x − Z_y‖² = ‖Z_y‖² + tr P S with the symmetric S =
 * Z_xᵀZ_x − Z_xᵀZ_y − Z_yᵀZ_x, so P keeps the eigenvectors of S with the lowest eigenvalues: those below zero, or the first `rank`.
 * @param moments Of `gatherLatents`.
 * @throws OperatorError where latents are of different lengths, for a rank outside 1 … n, or where the zero operator is the best.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fitProjector, fromRows, gatherLatents, multiply, toRows } from '@lin/operator';
 * const x = fromRows([[1, 0], [0, 1], [1, 1], [2, 1]]);
 * const y = multiply(x, [[1, 0], [0, 0]]); // the first coordinate
 * const moments = await gatherLatents([{ x, y }]);
 * const { matrix } = fitProjector(moments, { rank: 1 });
 * console.log(toRows(matrix).map((row) => row.map((value) => Number(value.toFixed(6)) + 0)));
 * ```
 * ```text
 * [ [ 1, 0 ], [ 0, 0 ] ]
 * ```
 */
export function fitProjector(
  moments: LatentMoments,
  { rank, ridge = 0 }: Pick<RidgeOptions, 'ridge'> & { rank?: number } = {},
): OperatorFit<ProjectorOperator> {
  requireSquareFit('fitProjector', moments);
  requireRidge(ridge);
  const { V, s } = moments;
  const half = subtract(
    multiply(
      scaleColumns(
        V,
        s.map((value) => (value * value) / 2),
      ),
      transpose(V),
    ),
    crossMoment(moments),
  );
  const { values, vectors } = eigenSymmetric(add(half, transpose(half)));
  const kept =
    rank === undefined ? values.filter((value) => value + ridge < 0).length : requireRank('fitProjector', rank, V.rows);
  if (kept === 0)
    throw new OperatorError(
      'fitProjector: no direction of x comes nearer to y by being kept; give a rank to project all the same.',
    );
  const basis = columnsOf(vectors, 0, kept); // eigenvalues rise
  return report(moments, { ridge }, ProjectorOperator.onto(basis), multiply(basis, transpose(basis)));
}

/** Z_xᵀ Z_y, n × m. */
const crossMoment = ({ V, s, T }: LatentMoments) => multiply(V, scaleRows(T, s));

function report<O extends LinearOperator>(
  moments: LatentMoments,
  options: RidgeOptions,
  operator: O,
  matrix: Matrix,
): OperatorFit<O> {
  const { rows, method, V, s, T, outside, squares, squaresAboutMean } = moments;
  const explained = multiply(scaleRows(transpose(V), s), transpose(matrix)); // Uᵀ Z_x Aᵀ
  const residual = squareSum(subtract(explained, T)) + outside;
  const { ridge = 0, towards } = options;
  const smallest = s.length < V.rows ? 0 : s.at(-1)!;
  return {
    operator,
    matrix,
    rows,
    residual,
    r2: squaresAboutMean > 0 ? 1 - residual / squaresAboutMean : NaN,
    condition: Math.sqrt((s[0]! ** 2 + ridge) / (smallest ** 2 + ridge)),
    rank: s.filter((value) => value > 0).length,
    method,
    rankErrors: rankErrors(
      singularValues(explainedRows(moments, options)),
      squares + (towards ? ridge * squareSum(towards) : 0),
      Math.min(matrix.rows, matrix.cols),
    ),
  };
}

/** What is left of `squares` after the first k of the squares, k = 0 … most. */
function rankErrors(explained: Float64Array, squares: number, most: number): Float64Array {
  const errors = new Float64Array(most + 1).fill(squares);
  for (let k = 1; k <= most; k++) errors[k] = Math.max(0, errors[k - 1]! - (explained[k - 1] ?? 0) ** 2);
  return errors;
}

function requireRank(operation: string, rank: number, most: number): number {
  if (!Number.isInteger(rank) || rank < 1 || rank > most)
    throw new OperatorError(`${operation}: rank is ${rank}; expected an integer from 1 to ${most}.`);
  return rank;
}

function requireSquareFit(operation: string, { V, T }: LatentMoments): void {
  if (V.rows !== T.cols)
    throw new OperatorError(
      `${operation}: latents of ${V.rows} numbers are mapped to ${T.cols}; expected one length for both.`,
    );
}
