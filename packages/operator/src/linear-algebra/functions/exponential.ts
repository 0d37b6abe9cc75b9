// eᴬ by scaling and squaring with Padé approximants (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005).
import { packedLu } from '../decompositions/lu.js';
import { OperatorError } from '../../errors.js';
import { finiteSquare } from '../matrix/checks.js';
import { add, scale, subtract } from '../matrix/arithmetic.js';
import { identity, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { oneNorm, solveFactored } from '../solve/solve.js';

/** Largest |A|₁ for which the approximant of this degree is right to 2⁻⁵³ (table 2.3 there). */
const REACH: readonly [degree: number, norm: number][] = [
  [3, 1.495585217958292e-2],
  [5, 2.53939833006323e-1],
  [7, 9.504178996162932e-1],
  [9, 2.097847961257068],
];
const REACH_13 = 5.371920351148152;

/** @throws OperatorError unless A is finite and square, where its 1-norm overflows, or where eᴬ has entries above 1.8e308. */
export function expm(a: MatrixLike): Matrix {
  const A = finiteSquare('expm', a);
  const norm = oneNorm(A);
  if (norm === Infinity)
    throw new OperatorError(
      `expm: the 1-norm of this ${A.rows}×${A.rows} matrix is above ${Number.MAX_VALUE.toPrecision(2)}; scaling and squaring needs a finite one.`,
    );
  const degree = REACH.find(([, reach]) => norm <= reach)?.[0];
  const result = degree ? pade(A, degree) : squared(A, Math.max(0, Math.ceil(Math.log2(norm / REACH_13))));
  if (result.data.some((value) => !Number.isFinite(value))) {
    throw new OperatorError(
      `expm: the exponential of this ${A.rows}×${A.rows} matrix, of 1-norm ${norm.toPrecision(3)}, has entries above ${Number.MAX_VALUE.toPrecision(2)}.`,
    );
  }
  return result;
}

function squared(A: Matrix, squarings: number): Matrix {
  let result = pade(scale(A, 2 ** -squarings), 13);
  for (let i = 0; i < squarings; i++) result = multiply(result, result);
  return result;
}

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
