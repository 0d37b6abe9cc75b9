// A function of a symmetric matrix: V f(λ) Vᵀ.
import { eigenSymmetric } from '../decompositions/eigen-symmetric.js';
import { scaleColumns } from '../matrix/arithmetic.js';
import { transpose, type Matrix } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';

/** To the last bit. */
export function isSymmetric({ rows: n, data }: Matrix): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (data[i * n + j] !== data[j * n + i]) return false;
  return true;
}

/** `f` is given eigenvalues; those up to `rcond` times the largest, by default n · 2⁻⁵², as 0. */
export function ofSymmetric(
  a: Matrix,
  f: (eigenvalue: number) => number,
  rcond: number = a.rows * Number.EPSILON,
): Matrix {
  const { values, vectors } = eigenSymmetric(a);
  const tolerance = rcond * Math.max(Math.abs(values[0]!), Math.abs(values.at(-1)!));
  return multiply(
    scaleColumns(
      vectors,
      values.map((value) => f(Math.abs(value) <= tolerance ? 0 : value)),
    ),
    transpose(vectors),
  );
}
