// Powers of a matrix: integer ones by repeated squaring, fractions on the Schur form.
import { OperatorError } from '../../errors.js';
import { finiteSquare } from '../matrix/checks.js';
import { realOfConjugated } from '../decompositions/complex-schur.js';
import { identity, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { inverse } from '../solve/solve.js';
import { ON_THE_CUT, principalSchur, refuse, ZERO } from './principal-spectrum.js';
import { isSymmetric, ofSymmetric } from './symmetric.js';
import { triangularPower } from './triangular-power.js';

/**
 * Aᵖ for any real p; of a fraction, the principal power.
 * @param a n × n: a Matrix, or rows of numbers.
 * @param p The exponent, any finite number.
 * @throws MatrixFunctionError for a fraction where an eigenvalue is on the negative real axis, or zero (allowed for p > 0 where A is
 * symmetric). SingularMatrixError for a negative integer where A has no inverse. OperatorError unless A is finite and square and p
 * finite, or where the power overflows.
 * @example
 * ```ts
 * import { powm, toRows } from '@lin/operator/linear-algebra';
 * console.log(toRows(powm([[4, 1], [0, 9]], 0.5)).map((row) => row.map((x) => x.toFixed(6))));
 * ```
 * ```text
 * [ [ '2.000000', '0.200000' ], [ '0.000000', '3.000000' ] ]
 * ```
 */
export function powm(a: MatrixLike, p: number): Matrix {
  const A = finiteSquare('powm', a);
  if (!Number.isFinite(p)) throw new OperatorError(`powm: the exponent is ${p}; expected a finite number.`);
  const result = Number.isInteger(p) ? integerPower(A, p) : fractionalPower(A, p);
  if (result.data.some((value) => !Number.isFinite(value)))
    throw new OperatorError(
      `powm: the power ${p} of this ${A.rows}×${A.rows} matrix has entries above ${Number.MAX_VALUE.toPrecision(2)}.`,
    );
  return result;
}

function integerPower(A: Matrix, p: number): Matrix {
  let square = p < 0 ? inverse(A) : A;
  let result = identity(A.rows);
  for (let left = Math.abs(p); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    if (left > 1) square = multiply(square, square);
  }
  return result;
}

function fractionalPower(A: Matrix, p: number): Matrix {
  if (isSymmetric(A)) {
    return ofSymmetric(A, (value) => {
      if (value < 0) refuse('powm', A.rows, { re: value, im: 0 }, ON_THE_CUT);
      if (value === 0 && p < 0) refuse('powm', A.rows, { re: 0, im: 0 }, ZERO);
      return value ** p;
    });
  }
  const { U, T } = principalSchur('powm', A, { zeroAllowed: false });
  const whole = Math.trunc(p); // both parts have the sign of p, so that neither undoes the other
  const fraction = realOfConjugated(U, triangularPower(T, p - whole), multiply);
  return whole === 0 ? fraction : multiply(integerPower(A, whole), fraction);
}
