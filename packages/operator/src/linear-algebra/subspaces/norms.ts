// Norms that singular values give, and Frobenius's.
import { norm } from '../matrix/vectors.js';
import { singularValues } from '../decompositions/svd.js';
import { finite } from '../matrix/checks.js';
import type { MatrixLike } from '../matrix/matrix.js';

/** s₀: the largest gain of a vector's length. @throws OperatorError when an entry is not finite. */
export function spectralNorm(a: MatrixLike): number {
  return singularValues(a)[0]!;
}

/** Σ s. @throws OperatorError when an entry is not finite. */
export function nuclearNorm(a: MatrixLike): number {
  return singularValues(a).reduce((sum, value) => sum + value, 0);
}

/** √Σ a². @throws OperatorError when an entry is not finite. */
export function frobeniusNorm(a: MatrixLike): number {
  return norm(finite('frobeniusNorm', a).data);
}
