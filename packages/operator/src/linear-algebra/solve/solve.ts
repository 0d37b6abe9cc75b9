// Linear systems and inverses by LU with partial pivoting, one step of refinement, and an estimate of the condition (Higham, Accuracy and
// Stability, §12, §15.3).
import { packedLu, type PackedLu } from '../decompositions/lu.js';
import { OperatorError, SingularMatrixError } from '../../errors.js';
import { finite, finiteSquare, reciprocalPower, withoutOverflow } from '../matrix/checks.js';
import { add, scaleColumns, scaleRows, subtract } from '../matrix/arithmetic.js';
import { identity, transpose, zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { columnOf, rowOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { solveTriangular } from './triangular.js';

/**
 * X with A X = B, n × k.
 * @param a n × n.
 * @param b n × k.
 * @throws SingularMatrixError where A is singular to working precision: once its rows and columns are scaled, its condition is above
 * 2⁵². OperatorError for other sizes, when an entry is not finite, or where X has entries above 1.8e308.
 * @example
 * ```ts
 * import { solve } from '@lin/operator/linear-algebra';
 * console.log([...solve([[2, 1], [1, 3]], [[3], [5]]).data].map((x) => x.toFixed(6)));
 * ```
 * ```text
 * [ '0.800000', '1.400000' ]
 * ```
 */
export function solve(a: MatrixLike, b: MatrixLike): Matrix {
  const [A, B] = [finiteSquare('solve', a), finite('solve', b)];
  if (A.rows !== B.rows)
    throw new OperatorError(
      `solve: A is ${A.rows}×${A.cols} and B ${B.rows}×${B.cols}; they must have the same number of rows.`,
    );
  return refined('solve', A, B);
}

/**
 * A⁻¹, as `solve` of the identity.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws as `solve`
 * @example
 * ```ts
 * import { inverse, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(inverse([[2, 0], [0, 4]])));
 * ```
 * ```text
 * [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 * ```
 */
export function inverse(a: MatrixLike): Matrix {
  const A = finiteSquare('inverse', a);
  return refined('inverse', A, identity(A.rows));
}

function refined(operation: string, A: Matrix, B: Matrix): Matrix {
  const { rows, cols, matrix } = equilibrated(A); // R A C, so X = C (R A C)⁻¹ R B
  const factor = packedLu(matrix);
  const reciprocal = reciprocalCondition(matrix, factor);
  if (!(reciprocal > Number.EPSILON)) {
    const condition = reciprocal === 0 ? 'infinite' : `about ${(1 / reciprocal).toPrecision(2)}`;
    throw new SingularMatrixError(
      `${operation}: this ${A.rows}×${A.rows} matrix is singular to working precision (condition ${condition}); ` +
        'pseudoInverse and leastSquares are defined for it.',
    );
  }
  const right = scaleRows(B, rows);
  const X = solveFactored(factor, right);
  const correction = solveFactored(factor, subtract(right, multiply(matrix, X)));
  return withoutOverflow(operation, scaleRows(add(X, correction), cols));
}

/**
 * Powers of two by which rows, and then columns, have largest entries from 1 to below 2 (LAPACK's dgeequb): a system in units far apart is
 * then solved like any other, and no digit is lost.
 */
function equilibrated(A: Matrix): { rows: Float64Array; cols: Float64Array; matrix: Matrix } {
  const rows = Float64Array.from({ length: A.rows }, (_, i) => reciprocalPower(rowOf(A, i)));
  const byRows = scaleRows(A, rows);
  const cols = Float64Array.from({ length: A.cols }, (_, j) => reciprocalPower(columnOf(byRows, j)));
  return { rows, cols, matrix: scaleColumns(byRows, cols) };
}

/** Of a matrix without zeros on U's diagonal. */
export function solveFactored({ packed, permutation }: PackedLu, B: Matrix): Matrix {
  const permuted = zeros(B.rows, B.cols);
  permutation.forEach((from, to) =>
    permuted.data.set(B.data.subarray(from * B.cols, (from + 1) * B.cols), to * B.cols),
  );
  return solveTriangular(packed, solveTriangular(packed, permuted, { lower: true, unit: true }), { lower: false });
}

/** x with Aᵀ x = b for one column b; `turned` is the transpose of the packed factors. */
function solveTransposed(turned: Matrix, permutation: Int32Array, b: Matrix): Matrix {
  const y = solveTriangular(turned, solveTriangular(turned, b, { lower: true }), { lower: false, unit: true });
  const x = zeros(b.rows, 1);
  permutation.forEach((from, to) => (x.data[from] = y.data[to]!));
  return x;
}

/** 1 / (|A|₁ |A⁻¹|₁), the second norm estimated from a few solves (Hager 1984, Higham 1988); 0 where a pivot is 0. */
function reciprocalCondition(A: Matrix, factor: PackedLu): number {
  const n = A.rows;
  for (let i = 0; i < n; i++) if (factor.packed.data[i * n + i] === 0) return 0;
  let x: Matrix = { rows: n, cols: 1, data: new Float64Array(n).fill(1 / n) };
  let estimate = 0;
  const turned = transpose(factor.packed);
  for (let step = 0; step < 5; step++) {
    const y = solveFactored(factor, x);
    const length = absoluteSum(y.data);
    if (!Number.isFinite(length)) return 0;
    if (length <= estimate) break;
    estimate = length;
    const z = solveTransposed(turned, factor.permutation, { ...y, data: y.data.map((value) => (value >= 0 ? 1 : -1)) });
    const largest = z.data.reduce((best, value, i) => (Math.abs(value) > Math.abs(z.data[best]!) ? i : best), 0);
    x = zeros(n, 1);
    x.data[largest] = 1;
  }
  return 1 / (oneNorm(A) * estimate);
}

/** The largest sum of moduli in a column. */
export function oneNorm({ cols, data }: Matrix): number {
  const sums = new Float64Array(cols);
  for (let k = 0; k < data.length; k++) sums[k % cols]! += Math.abs(data[k]!);
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
}

function absoluteSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}
