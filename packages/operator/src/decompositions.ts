// Decompositions in float64 on the host, by ml-matrix: portable to a browser, independent of the tfjs backend.
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { OperatorError } from './errors.js';

/** Rows of numbers; every row as long as the first. */
export type Rows = number[][];

export interface SingularValues {
  /** Left singular vectors as columns, [m, r]. */
  U: Rows;
  /** Singular values, largest first, [r] with r = min(m, n). */
  s: number[];
  /** Right singular vectors as columns, [n, r]. */
  V: Rows;
}

export interface Complex {
  re: number;
  im: number;
}

/** A = U diag(s) Vᵀ, thin. @throws OperatorError when an entry is not finite. */
export function singularValueDecomposition(a: Rows): SingularValues {
  requireFinite('svd', a);
  const scale = Math.max(...a.map((row) => Math.max(...row.map(Math.abs)))) || 1; // the iteration fails on subnormal numbers
  const svd = new SingularValueDecomposition(new Matrix(a).div(scale), { autoTranspose: true });
  const rank = Math.min(a.length, a[0]!.length);
  const columns = (matrix: Matrix) => matrix.subMatrix(0, matrix.rows - 1, 0, rank - 1).to2DArray();
  return { U: columns(svd.leftSingularVectors), s: svd.diagonal.slice(0, rank).map((value) => value * scale), V: columns(svd.rightSingularVectors) };
}

/**
 * A⁺ = V diag(1/s) Uᵀ over the singular values above `rcond` times the largest (Golub & Van Loan, §5.5.2).
 * The default is float32's resolution times the longer side, since A itself is kept in float32.
 */
export function pseudoInverse(a: Rows, rcond = Math.max(a.length, a[0]!.length) * 2 ** -23): Rows {
  const { U, s, V } = singularValueDecomposition(a);
  const reciprocal = s.map((value) => (value > rcond * s[0]! ? 1 / value : 0));
  const scaled = new Matrix(V).mulRowVector(reciprocal);
  return scaled.mmul(new Matrix(U).transpose()).to2DArray();
}

/** Eigenvalues of a square matrix, largest modulus first. @throws OperatorError when it is not square or not finite. */
export function eigenvalues(a: Rows): Complex[] {
  requireFinite('eigenvalues', a);
  if (a.length !== a[0]!.length) {
    throw new OperatorError(`eigenvalues: a ${a.length}×${a[0]!.length} matrix has none; only a square one does (its singular values always exist).`);
  }
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(new Matrix(a));
  return realEigenvalues
    .map((re, i) => ({ re, im: imaginaryEigenvalues[i]! }))
    .sort((x, y) => Math.hypot(y.re, y.im) - Math.hypot(x.re, x.im));
}

function requireFinite(operation: string, a: Rows): void {
  a.forEach((row, i) =>
    row.forEach((value, j) => {
      if (!Number.isFinite(value)) throw new OperatorError(`${operation}: entry [${i}, ${j}] is ${value}; every entry must be finite.`);
    }),
  );
}
