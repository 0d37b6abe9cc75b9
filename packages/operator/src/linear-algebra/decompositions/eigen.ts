// Eigenvalues and eigenvectors of a general matrix: balanced (Parlett & Reinsch 1969), real Schur form, back substitution on the complex
// one.
import { finiteSquare, largestEntry, normalised, restored } from '../matrix/checks.js';
import { complexZeros, modulus, quotient, type Complex, type ComplexMatrix } from '../matrix/complex.js';
import type { Matrix, MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { complexSchur } from './complex-schur.js';
import { eigenvaluesOf, schur } from './schur.js';

export interface Eigen {
  /** Largest modulus first; a complex pair is a + bi, a − bi. */
  values: Complex[];
  /** Column k belongs to values[k] and has length one; its largest entry is real and positive. Real columns for real values. */
  vectors: ComplexMatrix;
}

/**
 * A v = λ v. Vectors of a defective matrix are not independent. On the host.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite and square.
 * @example
 * ```ts
 * import { eigen } from '@lin/operator/linear-algebra';
 * const { values, vectors } = eigen([[2, 1], [0, 3]]);
 * console.log(values.map(({ re }) => re), [...vectors.re.data].map((x) => x.toFixed(4)));
 * ```
 * ```text
 * [ 3, 2 ] [ '0.7071', '1.0000', '0.7071', '0.0000' ]
 * ```
 */
export function eigen(a: MatrixLike): Eigen {
  const { matrix, factors } = balanced(finiteSquare('eigen', a)); // first, or scaling would lose the small entries of a graded matrix
  const { scaled, scale } = normalised(matrix);
  const form = schur(scaled);
  const { U, T } = complexSchur(form);
  const n = matrix.rows;
  const lambdas = eigenvaluesOf(form.T);
  const coordinates = triangularVectors(T, lambdas);
  const product = complexProduct(U, coordinates);
  const order = fallingOrder(lambdas);
  const vectors = complexZeros(n, n);
  order.forEach((from, to) => copyNormalised(product, from, factors, lambdas[from]!, vectors, to));
  return { values: order.map((k) => times('eigen', lambdas[k]!, scale)), vectors };
}

/**
 * The eigenvalues alone, largest modulus first.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite and square.
 * @example
 * ```ts
 * import { eigenvalues } from '@lin/operator/linear-algebra';
 * console.log(eigenvalues([[0, -2], [2, 0]])); // a quarter turn, twice as long
 * ```
 * ```text
 * [ { re: 0, im: 2 }, { re: 0, im: -2 } ]
 * ```
 */
export function eigenvalues(a: MatrixLike): Complex[] {
  const { scaled, scale } = normalised(balanced(finiteSquare('eigenvalues', a)).matrix);
  const values = eigenvaluesOf(schur(scaled).T);
  return fallingOrder(values).map((k) => times('eigenvalues', values[k]!, scale));
}

/** @throws OperatorError where that overflows. */
function times(operation: string, { re, im }: Complex, factor: number): Complex {
  const [real, imaginary] = restored(operation, Float64Array.of(re, im), factor);
  return { re: real!, im: imaginary! };
}

/** Pairs stay together: their moduli are equal to the last bit. */
function fallingOrder(values: readonly Complex[]): number[] {
  const moduli = values.map(modulus);
  return values.map((_, k) => k).sort((i, j) => moduli[j]! - moduli[i]! || i - j);
}

/** D⁻¹ A D with D of powers of two, so that row and column k have sums of like size. */
function balanced(a: Matrix): { matrix: Matrix; factors: Float64Array } {
  const n = a.rows;
  const data = a.data.slice();
  const factors = new Float64Array(n).fill(1);
  for (let changed = true; changed;) {
    changed = false;
    for (let k = 0; k < n; k++) {
      let [row, column] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (j === k) continue;
        row += Math.abs(data[k * n + j]!);
        column += Math.abs(data[j * n + k]!);
      }
      if (row === 0 || column === 0 || row === Infinity || column === Infinity) continue;
      const factor = 2 ** Math.round((Math.log2(row) - Math.log2(column)) / 2); // logarithms apart: the ratio may overflow
      if (column * factor + row / factor >= 0.95 * (column + row)) continue;
      changed = true;
      factors[k]! *= factor;
      for (let j = 0; j < n; j++) {
        if (j === k) continue; // or it might overflow on the way
        data[k * n + j]! /= factor;
        data[j * n + k]! *= factor;
      }
    }
  }
  return { matrix: { ...a, data }, factors };
}

/** Eigenvectors of an upper triangular T as columns; of a pair, those of the first. */
function triangularVectors({ re: Tr, im: Ti }: ComplexMatrix, lambdas: readonly Complex[]): ComplexMatrix {
  const n = Tr.rows;
  const vectors = complexZeros(n, n);
  const smallest = Number.EPSILON * (largestEntry(Tr) || 1);
  for (let k = 0; k < n; k++) {
    if (lambdas[k]!.im < 0) continue;
    const [x, y] = [new Float64Array(k + 1), new Float64Array(k + 1)];
    x[k] = 1;
    for (let i = k - 1; i >= 0; i--) {
      let [re, im] = [0, 0];
      for (let j = i + 1, p = i * n + i + 1; j <= k; j++, p++) {
        re -= Tr.data[p]! * x[j]! - Ti.data[p]! * y[j]!;
        im -= Tr.data[p]! * y[j]! + Ti.data[p]! * x[j]!;
      }
      const gap = { re: Tr.data[i * n + i]! - Tr.data[k * n + k]!, im: Ti.data[i * n + i]! - Ti.data[k * n + k]! };
      const entry = quotient({ re, im }, modulus(gap) < smallest ? { re: smallest, im: 0 } : gap);
      x[i] = entry.re;
      y[i] = entry.im;
      if (modulus(entry) > 1e100) shrink(x, y, 1e-100);
    }
    for (let i = 0; i <= k; i++) {
      vectors.re.data[i * n + k] = x[i]!;
      vectors.im.data[i * n + k] = y[i]!;
    }
  }
  return vectors;
}

function shrink(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) {
    x[i]! *= factor;
    y[i]! *= factor;
  }
}

function complexProduct(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const combine = (x: Matrix, y: Matrix, sign: number): Matrix => ({
    ...x,
    data: x.data.map((value, i) => value + sign * y.data[i]!),
  });
  return {
    re: combine(multiply(a.re, b.re), multiply(a.im, b.im), -1),
    im: combine(multiply(a.re, b.im), multiply(a.im, b.re), 1),
  };
}

/**
 * Column `from`, or for the second of a pair the conjugate of the one before it, times `factors`, with length one and its largest entry
 * positive.
 */
function copyNormalised(
  { re, im }: ComplexMatrix,
  from: number,
  factors: Float64Array,
  { im: imaginary }: Complex,
  to: ComplexMatrix,
  at: number,
): void {
  const n = re.rows;
  const column = imaginary < 0 ? from - 1 : from;
  const entry = (i: number): Complex => ({
    re: factors[i]! * re.data[i * n + column]!,
    im: factors[i]! * im.data[i * n + column]!,
  });
  let largest: Complex = { re: 0, im: 0 };
  for (let i = 0; i < n; i++) if (modulus(entry(i)) > modulus(largest)) largest = entry(i);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (modulus(entry(i)) / modulus(largest)) ** 2;
  const length = Math.sqrt(squares);
  for (let i = 0; i < n; i++) {
    const turned = quotient(entry(i), largest);
    to.re.data[i * n + at] = turned.re / length;
    to.im.data[i * n + at] = imaginary === 0 ? 0 : (imaginary < 0 ? -turned.im : turned.im) / length;
  }
}
