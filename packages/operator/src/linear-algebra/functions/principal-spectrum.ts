// What logarithms and roots ask of a spectrum: nothing on the negative real axis, where the principal branch is cut.
import { complexSchur, type ComplexSchur } from '../decompositions/complex-schur.js';
import { eigenvaluesOf, schur } from '../decompositions/schur.js';
import { MatrixFunctionError } from '../../errors.js';
import { isUpper, largestEntry } from '../matrix/checks.js';
import { modulus, written, type Complex } from '../matrix/complex.js';
import type { Matrix } from '../matrix/matrix.js';

/** The eigenvalue at fault, and why. */
export function refuse(operation: string, n: number, eigenvalue: Complex, why: string): never {
  throw new MatrixFunctionError(
    `${operation}: eigenvalue ${written(eigenvalue)} of this ${n}×${n} matrix ${why}`,
    eigenvalue,
  );
}

export const ON_THE_CUT = 'is on the negative real axis: there is no real principal value.';
export const ZERO = 'is zero to working precision: the function has no value there.';

/**
 * The complex Schur form; eigenvalues up to `rcond` times the largest are 0, by default n · 2⁻⁵².
 * @throws MatrixFunctionError for a negative one, or zero where not allowed.
 */
export function principalSchur(
  operation: string,
  a: Matrix,
  { zeroAllowed, rcond }: { zeroAllowed: boolean; rcond?: number | undefined },
): ComplexSchur {
  const form = schur(a);
  const values = eigenvaluesOf(form.T);
  const n = a.rows;
  // A triangular matrix shows its eigenvalues; of another, rounding of the Schur form hides the smallest.
  const tolerance =
    (rcond ?? (isUpper(a) ? 0 : n * Number.EPSILON)) * Math.max(largestEntry(form.T), ...values.map(modulus));
  const result = complexSchur(form);
  values.forEach((value, i) => {
    if (modulus(value) <= tolerance) {
      if (!zeroAllowed) refuse(operation, n, value, ZERO);
      result.T.re.data[i * n + i] = result.T.im.data[i * n + i] = 0;
    } else if (value.im === 0 && value.re < 0) refuse(operation, n, value, ON_THE_CUT);
  });
  return result;
}
