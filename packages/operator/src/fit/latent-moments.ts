// What a least-squares fit needs to know of a stream of latents, gathered in one pass, whose size does not depend on the number of rows:
// Z_x = U diag(s) Vᵀ without its U, and Uᵀ Z_y. Either from normal equations, Z_xᵀ Z_x and Z_xᵀ Z_y summed in float64, or by updating a QR
// decomposition row block after row block (Golub & Van Loan, Matrix Computations, §5.3 and §6.5; TSQR, Demmel et al. 2012), which does not
// square the condition number.
import { eigenSymmetric } from '../linear-algebra/decompositions/eigen-symmetric.js';
import { qr } from '../linear-algebra/decompositions/qr.js';
import { singularValues, svd } from '../linear-algebra/decompositions/svd.js';
import { OperatorError } from '../errors.js';
import { add, scale, scaleRows, squareSum, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { transpose, zeros, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { pickColumns, stackRows } from '../linear-algebra/matrix/parts.js';
import { multiply, multiplyTransposed } from '../linear-algebra/matrix/product.js';
import { latentBlocks, type LatentBatches, type LatentBlock } from './latent-blocks.js';

export type FitMethod = 'normal-equations' | 'qr';

export interface LatentMoments {
  /** Rows seen. */
  rows: number;
  /** How they were gathered. */
  method: FitMethod;
  /** Right singular vectors of Z_x as columns, n × r. */
  V: Matrix;
  /** Singular values of Z_x, largest first; those that rounding alone makes are 0. [r], r = min(rows, n). */
  s: Float64Array;
  /** Uᵀ Z_y, r × m: zero where s is. */
  T: Matrix;
  /** ‖Z_y − U Uᵀ Z_y‖²: what no linear map reaches. */
  outside: number;
  /** ‖Z_y‖², and about the mean. */
  squares: number;
  squaresAboutMean: number;
}

/**
 * Normal equations err by about ε κ², QR by ε κ, κ the condition number of Z_x: up to this one the former keep ten digits.
 * They take a fourth of the time.
 */
const CONDITION_LIMIT = 1e3;

const METHODS: readonly (FitMethod | 'auto')[] = ['auto', 'normal-equations', 'qr'];

/**
 * What a fit needs to know of a stream of latents, gathered in one pass; several fits can be made of it. `auto` looks at the first
 * block's condition number.
 * @param batches `{ x, y }`, tensors or matrices [B, n] and [B, m], of any sizes.
 * @throws OperatorError for an empty stream, or one of `latentBlocks`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { gatherLatents, fromRows } from '@lin/operator';
 * const x = fromRows([[3, 0], [0, 4]]);
 * const { rows, method, s } = await gatherLatents([{ x, y: x }]);
 * console.log(rows, method, s);
 * ```
 * ```text
 * 2 qr Float64Array(2) [ 4, 3 ]
 * ```
 */
export async function gatherLatents(
  batches: LatentBatches,
  { method = 'auto' }: { method?: FitMethod | 'auto' } = {},
): Promise<LatentMoments> {
  if (!METHODS.includes(method))
    throw new OperatorError(`fitOperator: method is ${method}; expected one of ${METHODS.join(', ')}.`);
  let gathering: Gathering | undefined;
  let rows = 0;
  let squares = 0;
  let sums: Float64Array | undefined;
  for await (const block of latentBlocks(batches)) {
    gathering ??= gatheringOf(method === 'auto' ? methodFor(block) : method, block);
    gathering.add(block);
    rows += block.Y.rows;
    squares += squareSum(block.Y);
    sums = addColumnSums(block.Y, sums);
  }
  if (!gathering || !sums)
    throw new OperatorError('fitOperator: the stream of latents is empty; expected at least one row.');
  const squaresAboutMean = squares - sums.reduce((sum, value) => sum + value * value, 0) / rows;
  return { rows, method: gathering.method, ...gathering.moments(rows, squares), squares, squaresAboutMean };
}

interface Gathering {
  method: FitMethod;
  add(block: LatentBlock): void;
  moments(rows: number, squares: number): Pick<LatentMoments, 'V' | 's' | 'T' | 'outside'>;
}

function methodFor({ X }: LatentBlock): FitMethod {
  if (X.rows < 2 * X.cols) return 'qr'; // few rows: their condition says little, and QR costs little
  const s = singularValues(qr(X).R);
  return s[0]! <= CONDITION_LIMIT * s.at(-1)! ? 'normal-equations' : 'qr';
}

const gatheringOf = (method: FitMethod, { X, Y }: LatentBlock): Gathering =>
  method === 'qr' ? qrUpdates() : normalEquations(X.cols, Y.cols);

/** G = Z_xᵀ Z_x = V diag(s²) Vᵀ and C = Z_xᵀ Z_y, so T = diag(1/s) Vᵀ C. */
function normalEquations(n: number, m: number): Gathering {
  let G = zeros(n, n);
  let C = zeros(n, m);
  return {
    method: 'normal-equations',
    add({ X, Y }) {
      G = add(G, multiplyTransposed(X, X));
      C = add(C, multiplyTransposed(X, Y));
    },
    moments(_rows, squares) {
      const { values, vectors } = eigenSymmetric(add(scale(G, 0.5), scale(transpose(G), 0.5)));
      const V = pickColumns(vectors, falling(n));
      const s = values.map((value) => (value > n * Number.EPSILON * values[n - 1]! ? Math.sqrt(value) : 0)).reverse();
      const T = scaleRows(multiplyTransposed(V, C), s.map(reciprocal));
      return { V, s, T, outside: Math.max(0, squares - squareSum(T)) };
    },
  };
}

/** [R; X] = Q R′ and [S; Y] = Q S′ + what is left over, block after block; then R = U diag(s) Vᵀ and T = Uᵀ S. */
function qrUpdates(): Gathering {
  let R: Matrix | undefined;
  let S: Matrix | undefined;
  let outside = 0;
  return {
    method: 'qr',
    add({ X, Y }) {
      const stacked = R && S ? { X: stackRows(R, X), Y: stackRows(S, Y) } : { X, Y };
      const factors = qr(stacked.X);
      R = factors.R;
      S = multiplyTransposed(factors.Q, stacked.Y);
      outside += squareSum(subtract(stacked.Y, multiply(factors.Q, S)));
    },
    moments(rows) {
      const { U, s: values, V } = svd(R!);
      const s = values.map((value) => (value > Math.max(rows, V.rows) * Number.EPSILON * values[0]! ? value : 0));
      const T = multiplyTransposed(U, S!);
      const kept = scaleRows(T, s.map(Math.sign));
      return { V, s, T: kept, outside: outside + squareSum(subtract(T, kept)) };
    },
  };
}

function addColumnSums({ rows, cols, data }: Matrix, sums: Float64Array = new Float64Array(cols)): Float64Array {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) sums[j]! += data[i * cols + j]!;
  return sums;
}

/** n − 1, …, 1, 0. */
const falling = (n: number) => Int32Array.from({ length: n }, (_, i) => n - 1 - i);

const reciprocal = (value: number) => (value === 0 ? 0 : 1 / value);
