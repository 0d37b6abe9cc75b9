// The numerical range (field of values) W(A) = { x* A x : |x| = 1 }, a convex set around the eigenvalues, by its supporting lines (Johnson
// 1978).
import { eigenSymmetric } from '../decompositions/eigen-symmetric.js';
import { OperatorError } from '../../errors.js';
import { finiteSquare, normalised, restored } from '../matrix/checks.js';
import type { Complex } from '../matrix/complex.js';
import { zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';

export interface NumericalRange {
  /** Points of the boundary, anticlockwise from the rightmost; the polygon they make lies inside W(A). */
  boundary: Complex[];
  /** max Re W(A), the numerical abscissa: the largest eigenvalue of (A + Aᵀ) / 2, and the growth of |e^{tA}| at t = 0. */
  abscissa: number;
  /** max |W(A)| over the points found. Between half the spectral norm and the whole. */
  radius: number;
}

/**
 * The numerical range { x* A x : |x| = 1 } of a real matrix, by points of its boundary in `angles` directions, an even number, each of
 * which costs the eigenvalues of a symmetric 2n × 2n matrix.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite and square, or for fewer than 4 or an odd number of angles.
 * @example
 * ```ts
 * import { numericalRange } from '@lin/operator/linear-algebra';
 * const { abscissa, radius, boundary } = numericalRange([[0, 2], [0, 0]]); // a disc of radius 1
 * console.log(abscissa.toFixed(6), radius.toFixed(6), boundary.length);
 * ```
 * ```text
 * 1.000000 1.000000 64
 * ```
 */
export function numericalRange(a: MatrixLike, { angles = 64 }: { angles?: number } = {}): NumericalRange {
  const { scaled: A, scale } = normalised(finiteSquare('numericalRange', a));
  if (!Number.isInteger(angles) || angles < 4 || angles % 2 !== 0)
    throw new OperatorError(`numericalRange: angles is ${angles}; expected an even number of at least 4.`);
  // A is real, so that W(A) is its own mirror image in the real axis: the upper half will do.
  const upper = Array.from({ length: angles / 2 + 1 }, (_, k) => supportingPoint(A, (2 * Math.PI * k) / angles));
  const lower = upper
    .slice(1, -1)
    .reverse()
    .map(({ re, im }) => ({ re, im: -im }));
  const parts = Float64Array.from([...upper, ...lower].flatMap(({ re, im }) => [re, im]));
  const points = restored('numericalRange', parts, scale);
  const boundary = Array.from({ length: angles }, (_, k) => ({ re: points[2 * k]!, im: points[2 * k + 1]! }));
  const radius = Math.max(...boundary.map(({ re, im }) => Math.hypot(re, im)));
  return { boundary, abscissa: boundary[0]!.re, radius: restored('numericalRange', Float64Array.of(radius), 1)[0]! };
}

/** The point of W(A) farthest in direction θ: x* A x for the leading eigenvector x of the Hermitian part of e^{−iθ} A. */
function supportingPoint(A: Matrix, theta: number): Complex {
  const n = A.rows;
  const { vectors } = eigenSymmetric(hermitianPart(A, Math.cos(theta), Math.sin(theta)));
  const last = 2 * n - 1;
  const x = Float64Array.from({ length: n }, (_, i) => vectors.data[i * 2 * n + last]!);
  const y = Float64Array.from({ length: n }, (_, i) => vectors.data[(n + i) * 2 * n + last]!);
  let [re, im] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = A.data[i * n + j]!;
      re += value * (x[i]! * x[j]! + y[i]! * y[j]!);
      im += value * (x[i]! * y[j]! - y[i]! * x[j]!);
    }
  }
  return { re, im };
}

/** (e^{−iθ} A + e^{iθ} Aᵀ) / 2 = S + iK as the real symmetric [S, −K; K, S]: an eigenvector x + iy is (x, y). */
function hermitianPart({ rows: n, data }: Matrix, cosine: number, sine: number): Matrix {
  const whole = zeros(2 * n, 2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const S = (cosine * (data[i * n + j]! + data[j * n + i]!)) / 2;
      const K = (sine * (data[j * n + i]! - data[i * n + j]!)) / 2;
      whole.data[i * 2 * n + j] = whole.data[(n + i) * 2 * n + n + j] = S;
      whole.data[i * 2 * n + n + j] = -K;
      whole.data[(n + i) * 2 * n + j] = K;
    }
  }
  return whole;
}
