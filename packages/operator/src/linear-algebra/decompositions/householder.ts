// Householder reflections H = I − τ v vᵀ with v₀ = 1 (Golub & Van Loan, Matrix Computations, §5.1; scaled as LAPACK's dlarfg).
import { addMultiple, dot, LIFT, norm, TINY } from '../matrix/vectors.js';

/** Overwrites x with β, v₁, v₂, …, where H x = β e₁, and returns τ. Zero where x is already a multiple of e₁. */
export function reflectorOf(x: Float64Array): number {
  const alpha = x[0]!;
  const tail = norm(x.subarray(1));
  if (tail === 0) return 0;
  const beta = alpha >= 0 ? -Math.hypot(alpha, tail) : Math.hypot(alpha, tail);
  if (Math.abs(beta) < TINY) {
    for (let i = 0; i < x.length; i++) x[i]! *= LIFT;
    const tau = reflectorOf(x);
    x[0]! /= LIFT;
    return tau;
  }
  const divisor = alpha - beta; // no cancellation: β has the other sign
  for (let i = 1; i < x.length; i++) x[i]! /= divisor;
  x[0] = beta;
  return (beta - alpha) / beta;
}

/** y ← H y with the v that `reflectorOf` left in `x`; both of one length. */
export function reflect(x: Float64Array, tau: number, y: Float64Array): void {
  if (tau === 0) return;
  const beta = x[0]!;
  x[0] = 1;
  addMultiple(-tau * dot(x, y), x, y);
  x[0] = beta;
}
