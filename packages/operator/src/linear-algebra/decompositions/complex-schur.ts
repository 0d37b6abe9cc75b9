// Complex Schur form A = U T Uᴴ, T upper triangular, from the real one: each block of two is made triangular by a complex rotation.
import { scale } from '../matrix/arithmetic.js';
import { transpose, type Matrix } from '../matrix/matrix.js';
import { complexZeros, type ComplexMatrix } from '../matrix/complex.js';
import { direction } from '../matrix/vectors.js';
import type { Schur } from './schur.js';

export interface ComplexSchur {
  U: ComplexMatrix;
  T: ComplexMatrix;
}

export function complexSchur({ Q, T: real }: Schur): ComplexSchur {
  const n = real.rows;
  const T: ComplexMatrix = { re: scale(real, 1), im: complexZeros(n, n).im };
  const rows: ComplexMatrix = { re: transpose(Q), im: complexZeros(n, n).im }; // columns of U as rows
  for (let k = n - 2; k >= 0; k--) {
    const below = real.data[(k + 1) * n + k]!;
    if (below === 0) continue;
    const omega = Math.sqrt(Math.abs(below)) * Math.sqrt(Math.abs(real.data[k * n + k + 1]!));
    // (iω, below) spans the eigenvectors of a + iω in this block; G = [c̄, s; −s, c] turns it onto the first axis, c = i·sine.
    const [sine, s] = direction(omega, below);
    rotateRows(T, k, sine, s, k);
    rotateColumns(T, k, sine, s, k + 2);
    rotateRows(rows, k, -sine, s, 0); // U Gᴴ: columns of U by conj(G)
    T.re.data[(k + 1) * n + k] = T.im.data[(k + 1) * n + k] = 0;
  }
  return { U: { re: transpose(rows.re), im: transpose(rows.im) }, T };
}

/** Rows k and k + 1, from column `from` on, by [−iσ, s; −s, iσ]. */
function rotateRows({ re, im }: ComplexMatrix, k: number, sine: number, s: number, from: number): void {
  const n = re.cols;
  for (let j = from, p = k * n + from, q = p + n; j < n; j++, p++, q++) {
    const [xr, xi, yr, yi] = [re.data[p]!, im.data[p]!, re.data[q]!, im.data[q]!];
    re.data[p] = sine * xi + s * yr;
    im.data[p] = -sine * xr + s * yi;
    re.data[q] = -s * xr - sine * yi;
    im.data[q] = -s * xi + sine * yr;
  }
}

/** Columns k and k + 1 of the rows before `to`, by the transpose of the conjugate: x ← iσ x + s y, y ← −s x − iσ y. */
function rotateColumns({ re, im }: ComplexMatrix, k: number, sine: number, s: number, to: number): void {
  const n = re.cols;
  for (let i = 0, p = k; i < to; i++, p += n) {
    const [xr, xi, yr, yi] = [re.data[p]!, im.data[p]!, re.data[p + 1]!, im.data[p + 1]!];
    re.data[p] = -sine * xi + s * yr;
    im.data[p] = sine * xr + s * yi;
    re.data[p + 1] = -s * xr + sine * yi;
    im.data[p + 1] = -s * xi - sine * yr;
  }
}

/** Re(U F Uᴴ) for the function F of T. */
export function realOfConjugated(
  { re: Ur, im: Ui }: ComplexMatrix,
  { re: Fr, im: Fi }: ComplexMatrix,
  multiply: (a: Matrix, b: Matrix) => Matrix,
): Matrix {
  const difference = (a: Matrix, b: Matrix, sign: number): Matrix => ({
    ...a,
    data: a.data.map((value, i) => value + sign * b.data[i]!),
  });
  const real = difference(multiply(Ur, Fr), multiply(Ui, Fi), -1);
  const imaginary = difference(multiply(Ur, Fi), multiply(Ui, Fr), 1);
  return difference(multiply(real, transpose(Ur)), multiply(imaginary, transpose(Ui)), 1); // Uᴴ = Urᵀ − i Uiᵀ
}
