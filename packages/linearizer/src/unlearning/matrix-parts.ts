// Parts and functions of float64 matrices that unlearning needs.
import { eigenSymmetric, multiply, transpose, type Matrix } from '@lin/operator';

/** The first `count` columns, copied. */
export function leadingColumns({ rows, cols, data }: Matrix, count: number): Matrix {
  const part = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) part.set(data.subarray(i * cols, i * cols + count), i * count);
  return { rows, cols: count, data: part };
}

/** A diag(factors). */
export function scaledColumns(a: Matrix, factors: ArrayLike<number>): Matrix {
  return { ...a, data: a.data.map((value, k) => value * factors[k % a.cols]!) };
}

export function trace({ rows, cols, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * cols + i]!;
  return sum;
}

/** Eigenvalues below this share of the largest count as that much: float32 encoded what they are of. */
const RESOLUTION = 1e-7;

/** V diag(f(λ)) Vᵀ of a covariance V diag(λ) Vᵀ. */
export function ofSpectrum(covariance: Matrix, f: (value: number) => number): Matrix {
  const { values, vectors } = eigenSymmetric(covariance);
  const least = RESOLUTION * values.at(-1)!;
  return multiply(scaledColumns(vectors, values.map((value) => f(Math.max(value, least)))), transpose(vectors));
}
