// Functions of covariances: inverses, roots and inverses of roots, of matrices that may lack rank.
import { eigenSymmetric, multiply, scaleColumns, transpose, type Matrix } from '@lin/operator/linear-algebra';

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
