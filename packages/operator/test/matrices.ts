// Matrices whose difficulties are known, by formula; test/reference/make-reference.py has the same.
import { diagonal, fromRows, zeros, type Matrix } from '../src/linear-algebra/matrix/matrix.js';
import { multiply } from '../src/linear-algebra/matrix/product.js';

const build = (m: number, n: number, entry: (i: number, j: number) => number): Matrix =>
  fromRows(Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j))));

/** Entries in [−½, ½) of a linear congruential generator (Numerical Recipes), row by row. */
export function random(m: number, n = m, seed = 1): Matrix {
  let state = seed;
  const a = zeros(m, n);
  for (let k = 0; k < a.data.length; k++)
    a.data[k] = (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return a;
}

/** 1 / (i + j + 1): condition 1.6e13 at n = 10. */
export const hilbert = (n: number): Matrix => build(n, n, (i, j) => 1 / (i + j + 1));

/** Upper triangular, c = 0.6, s = 0.8: QR with pivoting does not see how small its last singular value is (Kahan 1966). */
export const kahan = (n: number): Matrix => build(n, n, (i, j) => 0.8 ** i * (i === j ? 1 : j > i ? -0.6 : 0));

/** Tridiagonal, |i − (n − 1) / 2| between ones: pairs of eigenvalues that agree to many digits (Wilkinson 1965). */
export const wilkinson = (n: number): Matrix =>
  build(n, n, (i, j) => (i === j ? Math.abs(i - (n - 1) / 2) : Math.abs(i - j) === 1 ? 1 : 0));

/** Minus one below, ones on and three above the diagonal: eigenvalues sensitive to rounding (Grcar 1989). */
export const grcar = (n: number): Matrix => build(n, n, (i, j) => (j === i - 1 ? -1 : j >= i && j <= i + 3 ? 1 : 0));

/** Random columns, the last 2⁻⁴⁰ times as long as the first. */
export const graded = (n: number): Matrix => multiply(random(n), decay(n));

/** Random, with a condition near 1e12 that no scaling of columns removes. */
export const illConditioned = (n: number): Matrix => multiply(multiply(random(n, n, 2), decay(n)), random(n, n, 3));

const decay = (n: number): Matrix =>
  diagonal(Array.from({ length: n }, (_, j) => 2 ** -Math.floor((40 * j) / Math.max(1, n - 1))));

/** Eigenvalues around 2: every function of it is defined. */
export const positive = (n: number): Matrix => build(n, n, (i, j) => random(n).data[i * n + j]! + (i === j ? 2 : 0));
