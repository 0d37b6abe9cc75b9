// Parts and functions of float64 matrices that unlearning needs.
import { eigenSymmetric, multiply, scaleColumns, transpose, type Matrix } from '@lin/operator';

export function trace({ rows, cols, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * cols + i]!;
  return sum;
}

/** Eigenvalues below this share of the largest count as that much: float32 encoded what they are of. */
const RESOLUTION = 1e-7;

/** Functions of a covariance V diag(λ) Vᵀ, V diag(f(λ)) Vᵀ, all from one decomposition. */
export function functionsOf(covariance: Matrix): (f: (value: number) => number) => Matrix {
  const { values, vectors } = eigenSymmetric(covariance);
  const least = RESOLUTION * values.at(-1)!;
  return (f) =>
    multiply(
      scaleColumns(
        vectors,
        values.map((value) => f(Math.max(value, least))),
      ),
      transpose(vectors),
    );
}
