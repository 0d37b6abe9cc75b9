// Ridge regression with a prior: min ‖A Z_x − Z_y‖² + λ ‖A − A₀‖² over all A (Hoerl & Kennard 1970,
// https://doi.org/10.1080/00401706.1970.10488634; A₀ is the mean of the Gaussian prior whose maximum a posteriori this is), from the
// moments Z_x = U diag(s) Vᵀ and T = Uᵀ Z_y.
import { OperatorError } from '../errors.js';
import { add, scale, scaleRows, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { stackRows } from '../linear-algebra/matrix/parts.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import type { LatentMoments } from './latent-moments.js';

export interface RidgeOptions {
  /** λ ≥ 0; default 0: where Z_x leaves A undetermined, the A nearest to `towards`. */
  ridge?: number;
  /** A₀, m × n: the operator that λ pulls A to, and that A is for λ → ∞; default zero. */
  towards?: Matrix;
}

/** A = A₀ + (T − diag(s) Vᵀ A₀ᵀ)ᵀ diag(s / (s² + λ)) Vᵀ: what A₀ leaves of Z_y is fitted, by a ridge towards zero. */
export function solveRidge(moments: LatentMoments, { ridge = 0, towards }: RidgeOptions): Matrix {
  requireRidge(ridge);
  if (!towards) return shrunkFit(moments, moments.T, ridge);
  requireTowards(towards, moments);
  const left = subtract(moments.T, scaleRows(multiply(transpose(moments.V), transpose(towards)), moments.s));
  return add(towards, shrunkFit(moments, left, ridge));
}

/** The ridge towards zero of the targets with Uᵀ Z_y = `T`. */
function shrunkFit({ V, s }: LatentMoments, T: Matrix, ridge: number): Matrix {
  const filter = s.map((value) => (value === 0 ? 0 : value / (value * value + ridge)));
  return multiply(transpose(scaleRows(T, filter)), transpose(V));
}

/**
 * What A explains of the objective, as rows whose squares it takes off: with X̃ = [Z_x; √λ I] and Ỹ = [Z_y; √λ A₀ᵀ], whose plain least
 * squares this is, (X̃ᵀX̃)^(−½) X̃ᵀỸ in the coordinates V, and below it what lies outside of them.
 */
export function explainedRows({ V, s, T }: LatentMoments, { ridge = 0, towards }: RidgeOptions): Matrix {
  const inV = scaleRows(
    T,
    s.map((value) => (value === 0 ? 0 : value / Math.sqrt(value * value + ridge))),
  );
  if (!towards || ridge === 0) return inV;
  const prior = multiply(transpose(V), transpose(towards)); // Vᵀ A₀ᵀ
  const fromPrior = scaleRows(
    prior,
    s.map((value) => ridge / Math.sqrt(value * value + ridge)),
  );
  return stackRows(add(inV, fromPrior), scale(subtract(transpose(towards), multiply(V, prior)), Math.sqrt(ridge)));
}

export function requireRidge(ridge: number): void {
  if (!(ridge >= 0 && Number.isFinite(ridge)))
    throw new OperatorError(`fitOperator: ridge is ${ridge}; expected a finite number of at least 0.`);
}

function requireTowards({ rows, cols, data }: Matrix, { V, T }: LatentMoments): void {
  if (rows !== T.cols || cols !== V.rows)
    throw new OperatorError(
      `fitOperator: towards is ${rows}×${cols}; latents of ${V.rows} numbers mapped to ${T.cols} take a ${T.cols}×${V.rows} operator.`,
    );
  if (!data.every(Number.isFinite)) throw new OperatorError('fitOperator: towards holds a value that is not finite.');
}
