// Upper triangular complex matrices: what their functions are put together from.
import { complexZeros, modulus, quotient, type Complex, type ComplexMatrix } from '../matrix/complex.js';

/** Y with (I + S) Y = B, all upper triangular, by back substitution. */
export function solvePlusIdentity({ re: Sr, im: Si }: ComplexMatrix, { re: Br, im: Bi }: ComplexMatrix): ComplexMatrix {
  const n = Sr.rows;
  const [u, v] = [Br.data.slice(), Bi.data.slice()]; // rows of the solution, the last one first
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const [re, im] = [Sr.data[i * n + k]!, Si.data[i * n + k]!];
      if (re === 0 && im === 0) continue;
      for (let j = k, p = i * n + k, q = k * n + k; j < n; j++, p++, q++) {
        u[p]! -= re * u[q]! - im * v[q]!;
        v[p]! -= re * v[q]! + im * u[q]!;
      }
    }
    const pivot = { re: 1 + Sr.data[i * n + i]!, im: Si.data[i * n + i]! };
    for (let p = i * n + i; p < (i + 1) * n; p++) {
      const entry = quotient({ re: u[p]!, im: v[p]! }, pivot);
      u[p] = entry.re;
      v[p] = entry.im;
    }
  }
  return { re: { ...Br, data: u }, im: { ...Bi, data: v } };
}

/** The real factor times the matrix. */
export function scaled({ re, im }: ComplexMatrix, factor: number): ComplexMatrix {
  return {
    re: { ...re, data: re.data.map((value) => factor * value) },
    im: { ...im, data: im.data.map((value) => factor * value) },
  };
}

/** A B, the rows of A along memory. */
export function product({ re: Ar, im: Ai }: ComplexMatrix, { re: Br, im: Bi }: ComplexMatrix): ComplexMatrix {
  const n = Ar.rows;
  const result = complexZeros(n, n);
  const [x, y] = [result.re.data, result.im.data];
  for (let i = 0; i < n; i++) {
    for (let k = i; k < n; k++) {
      const [re, im] = [Ar.data[i * n + k]!, Ai.data[i * n + k]!];
      if (re === 0 && im === 0) continue;
      for (let j = k, p = i * n + k, q = k * n + k; j < n; j++, p++, q++) {
        x[p]! += re * Br.data[q]! - im * Bi.data[q]!;
        y[p]! += re * Bi.data[q]! + im * Br.data[q]!;
      }
    }
  }
  return result;
}

/** |T − I|₁ */
export function distanceFromIdentity({ re, im }: ComplexMatrix): number {
  const n = re.rows;
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i <= j; i++)
      sum += modulus({ re: re.data[i * n + j]! - (i === j ? 1 : 0), im: im.data[i * n + j]! });
    largest = Math.max(largest, sum);
  }
  return largest;
}

export const entryAt = ({ re, im }: ComplexMatrix, i: number, j: number): Complex => ({
  re: re.data[i * re.cols + j]!,
  im: im.data[i * re.cols + j]!,
});

export function setEntry({ re, im }: ComplexMatrix, i: number, j: number, value: Complex): void {
  re.data[i * re.cols + j] = value.re;
  im.data[i * re.cols + j] = value.im;
}
