// eᴬ by scaling and squaring with Padé approximants, scaled by the norms of powers of A, which may be far smaller than the powers of its
// norm (Al-Mohy & Higham, "A new scaling and squaring algorithm for the matrix exponential", 2009).
import { eigenvalues } from '../decompositions/eigen.js';
import { packedLu } from '../decompositions/lu.js';
import { OperatorError } from '../../errors.js';
import { finiteSquare, isUpper } from '../matrix/checks.js';
import { add, scale, subtract } from '../matrix/arithmetic.js';
import { diagonal, identity, transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { oneNorm, solveFactored } from '../solve/solve.js';

/** Largest size for which the approximant of this degree is right to 2⁻⁵³ (table 3.1 there). */
const REACH: readonly [degree: number, size: number][] = [
  [3, 1.495585217958292e-2],
  [5, 2.53939833006323e-1],
  [7, 9.504178996162932e-1],
  [9, 2.097847961257068],
];
const REACH_13 = 4.25;

/**
 * eᴬ, the sum of Aᵏ / k!; of a triangular A the diagonal and what is beside it have all their digits.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite and square, where its 1-norm overflows, where eᴬ has entries above 1.8e308, or where no digit of
 * it is right: a change of A in the last digit of its entries changes it by a tenth or more, as of a turned Jordan block times 1e9.
 * @example
 * ```ts
 * import { expm } from '@lin/operator/linear-algebra';
 * const turn = expm([[0, -Math.PI], [Math.PI, 0]]); // half a turn
 * console.log([...turn.data].map((x) => Math.round(x * 1e12) / 1e12 + 0));
 * ```
 * ```text
 * [ -1, 0, 0, -1 ]
 * ```
 */
export function expm(a: MatrixLike): Matrix {
  const A = finiteSquare('expm', a);
  const norm = oneNorm(A);
  if (norm === Infinity)
    throw new OperatorError(
      `expm: the 1-norm of this ${A.rows}×${A.rows} matrix is above ${Number.MAX_VALUE.toPrecision(2)}; ` +
        'scaling and squaring needs a finite one.',
    );
  const result = eitherTriangle(A);
  if (result.data.some((value) => !Number.isFinite(value))) {
    if (largestPossible(A, norm) < Math.log(Number.MAX_VALUE))
      throw withoutDigits(A, 'what computes it overflows, though it does not');
    throw new OperatorError(
      `expm: the exponential of this ${A.rows}×${A.rows} matrix, of 1-norm ${norm.toPrecision(3)}, ` +
        `has entries above ${Number.MAX_VALUE.toPrecision(2)}.`,
    );
  }
  if (norm > LEAST_DOUBTFUL && !isDiagonal(A)) refuseWithoutDigits(A, result);
  return result;
}

const eitherTriangle = (A: Matrix): Matrix =>
  !isUpper(A) && isUpper(transpose(A)) ? transpose(exponential(transpose(A))) : exponential(A);

/** The condition of eᴬ is |A| e^(2|A|) at most: up to this norm a digit is left of sixteen. */
const LEAST_DOUBTFUL = 16;

/** Holds eᴬ against that of A with every entry a bit larger or smaller. */
function refuseWithoutDigits(A: Matrix, result: Matrix): void {
  const moved = eitherTriangle({ ...A, data: A.data.map((value, k) => value * (1 + (isOdd(k) ? 2 : -2) * 2 ** -53)) });
  const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [size, change] = [largest(result.data), largest(subtract(moved, result).data)];
  if (change <= 0.1 * size + LEAST_NORMAL) return;
  const factor = change / size;
  const far = Number.isFinite(factor) ? `by ${factor.toPrecision(1)} times its size` : 'beyond all measure';
  throw withoutDigits(A, `a change of A in the last digit of its entries changes it ${far}`);
}

const withoutDigits = (A: Matrix, why: string): OperatorError =>
  new OperatorError(
    `expm: no digit of the exponential of this ${A.rows}×${A.rows} matrix, of 1-norm ${oneNorm(A).toPrecision(3)}, ` +
      `is right in float64: ${why}.`,
  );

/** log |eᴬ| at most: the largest real part of an eigenvalue, and |A|^k / k! of what is beside the diagonal of its Schur form. */
function largestPossible(A: Matrix, norm: number): number {
  const rightmost = Math.max(...eigenvalues(A).map(({ re }) => re));
  return rightmost + (A.rows - 1) * Math.log(1 + norm * Math.sqrt(A.rows)) + Math.log(A.rows);
}

/** Signs without a pattern that rows and columns have: a bit of a hash. */
const isOdd = (k: number): boolean => Math.imul(k + 1, 0x9e3779b1) >>> 31 === 1;

const LEAST_NORMAL = 2 ** -1022;

function exponential(A: Matrix): Matrix {
  if (isDiagonal(A))
    return diagonal(Float64Array.from({ length: A.rows }, (_, i) => Math.exp(A.data[i * (A.rows + 1)]!)));
  const { exponent, powers } = powersOf(A);
  const bits = (k: number) => exponent + Math.log2(oneNorm(powers(k))) / k; // log₂ of |Aᵏ|^(1/k), which itself may overflow
  const sizes = [Math.max(bits(4), bits(6)), Math.max(bits(6), bits(8))] as const;
  const degree = REACH.find(
    ([m, reach]) => sizes[m < 7 ? 0 : 1] <= Math.log2(reach) && extraSquarings(A, m, 0) === 0,
  )?.[0];
  if (degree) return pade(A, degree);
  const least = Math.min(sizes[1], Math.max(bits(8), bits(10)));
  const enough = Math.max(0, Math.ceil(least - Math.log2(REACH_13)));
  return squared(A, enough + extraSquarings(A, 13, enough));
}

/** B = 2^−exponent A and its even powers up to the tenth; the exponent is 0 unless a power would overflow. */
function powersOf(A: Matrix): { exponent: number; powers: (k: number) => Matrix } {
  const norm = oneNorm(A);
  const plain = evenPowers(A);
  if (norm < LARGE || plain(10).data.every(Number.isFinite)) return { exponent: 0, powers: plain };
  const exponent = Math.ceil(Math.log2(norm));
  return { exponent, powers: evenPowers(scaledDown(A, exponent)) };
}

/** Tenth powers of norms up to this are far from overflow. */
const LARGE = 2 ** 100;

/** The second, fourth, sixth, eighth and tenth power, each computed when it is first asked for. */
function evenPowers(A: Matrix): (k: number) => Matrix {
  const known = new Map([[2, multiply(A, A)]]);
  const power = (k: number): Matrix => {
    const part = k === 6 ? 2 : Math.min(4, k / 2);
    if (!known.has(k)) known.set(k, multiply(power(part), power(k - part)));
    return known.get(k)!;
  };
  return power;
}

/**
 * How many more squarings than `done` an approximant of degree m asks for, by the first term that it leaves out: |c| |A|^(2m+1), which
 * rounding of the powers is measured by (equation 3.11 there). Logarithms, for the powers may overflow.
 */
function extraSquarings(A: Matrix, m: number, done: number): number {
  const exponent = Math.ceil(Math.log2(oneNorm(A)));
  const B: Matrix = { ...A, data: A.data.map((value) => Math.abs(value) * 2 ** -exponent) };
  let sums: Matrix = { rows: 1, cols: A.rows, data: new Float64Array(A.rows).fill(1) };
  for (let k = 0; k < 2 * m + 1; k++) sums = multiply(sums, B);
  const power = Math.max(...sums.data); // | |B|^(2m+1) |₁
  if (power === 0) return 0;
  const left = Math.log2(power) - Math.log2(oneNorm(B)) + 2 * m * (exponent - done) + LEFT_OUT[m]!;
  return Math.max(0, Math.ceil((left + 53) / (2 * m)));
}

/** log₂ of |c|, c = 1 / (binomial(2m, m) (2m + 1)!). */
const LEFT_OUT: Record<number, number> = Object.fromEntries(
  [3, 5, 7, 9, 13].map((m) => {
    let bits = 0;
    for (let k = 1; k <= m; k++) bits -= Math.log2((m + k) / k);
    for (let k = 2; k <= 2 * m + 1; k++) bits -= Math.log2(k);
    return [m, bits];
  }),
);

/** Of an upper triangular A the diagonal and the entries beside it are set right after every squaring (code fragment 2.1 there). */
function squared(A: Matrix, squarings: number): Matrix {
  const upper = isUpper(A);
  let result = pade(scaledDown(A, squarings), 13);
  if (upper) setBand(result, A, squarings);
  for (let left = squarings - 1; left >= 0; left--) {
    result = multiply(result, result);
    if (upper) setBand(result, A, left);
  }
  return result;
}

/** 2⁻ᵏ A, where 2ᵏ itself may overflow. */
const scaledDown = (A: Matrix, k: number): Matrix => scale(scale(A, 2 ** -Math.floor(k / 2)), 2 ** -Math.ceil(k / 2));

/** Diagonal and first superdiagonal of exp(2⁻ᵏ A): eᵃ, and b e^((a+d)/2) sinh(x) / x with x = (a − d) / 2 for the block [a, b; 0, d]. */
function setBand({ data: e }: Matrix, A: Matrix, k: number): void {
  const n = A.rows;
  const { data: t } = scaledDown(A, k);
  for (let i = 0; i < n; i++) {
    const [a, p] = [t[i * n + i]!, i * n + i];
    e[p] = Math.exp(a);
    if (i === n - 1) continue;
    const d = t[p + n + 1]!;
    const half = Math.abs(a - d) / 2;
    // Far apart, sinh would overflow where its product does not: e^max (1 − e^−2x) / 2x.
    const mean =
      half < 1
        ? Math.exp((a + d) / 2) * (half === 0 ? 1 : Math.sinh(half) / half)
        : (Math.exp(Math.max(a, d)) * -Math.expm1(-2 * half)) / (2 * half);
    e[p + 1] = t[p + 1]! * mean;
  }
}

const isDiagonal = (A: Matrix): boolean => isUpper(A) && isUpper(transpose(A));

/** (V − U)⁻¹ (V + U): V the even powers of the numerator, U the odd ones. */
function pade(A: Matrix, degree: number): Matrix {
  const b = coefficients(degree);
  const A2 = multiply(A, A);
  const [odd, even] = degree === 13 ? halves13(A2, b) : halves(A2, b);
  const U = multiply(A, odd);
  return solveFactored(packedLu(subtract(even, U)), add(even, U));
}

function halves(A2: Matrix, b: readonly number[]): [Matrix, Matrix] {
  let power = identity(A2.rows);
  let [odd, even] = [scale(power, b[1]!), scale(power, b[0]!)];
  for (let k = 2; k < b.length; k += 2) {
    power = k === 2 ? A2 : multiply(power, A2);
    [odd, even] = [add(odd, scale(power, b[k + 1]!)), add(even, scale(power, b[k]!))];
  }
  return [odd, even];
}

/** Six products instead of seven, and smaller powers (equation 2.10 there). */
function halves13(A2: Matrix, b: readonly number[]): [Matrix, Matrix] {
  const A4 = multiply(A2, A2);
  const A6 = multiply(A4, A2);
  const powers = [identity(A2.rows), A2, A4, A6];
  const sum = (first: number, count: number, from: number) =>
    Array.from({ length: count }, (_, i) => scale(powers[from + i]!, b[first + 2 * i]!)).reduce(add);
  return [add(multiply(A6, sum(9, 3, 1)), sum(1, 4, 0)), add(multiply(A6, sum(8, 3, 1)), sum(0, 4, 0))];
}

/** Of the numerator's powers: (2m − k)! m! / ((2m)! (m − k)! k!). */
function coefficients(m: number): number[] {
  const b = [1];
  for (let k = 1; k <= m; k++) b.push((b[k - 1]! * (m - k + 1)) / (k * (2 * m - k + 1)));
  return b;
}
