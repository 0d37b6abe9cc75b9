// A stored change of A: A′ = A + L Rᵀ. Nothing is baked in: leave the edit out and A is as it was, add edits up and all of them hold.
import { add, multiply, trace, transpose, type Matrix } from '@lin/operator/linear-algebra';
import { LinearizerError } from '../errors.js';
import type { LatentPopulation } from './latent-population.js';

export const UNLEARNING_METHODS = ['least-squares', 'low-rank', 'projection'] as const;
export type UnlearningMethod = (typeof UNLEARNING_METHODS)[number];

/** Δ = L Rᵀ, what it is for, and what it does to others. */
export interface OperatorEdit {
  method: UnlearningMethod;
  /** The labels of the people that it makes A forget. */
  identities: number[];
  /** L, m × r. */
  left: Matrix;
  /** R, n × r. */
  right: Matrix;
  /** ‖L Rᵀ z‖ over ‖A z‖, root mean square over the latents that were to stay. */
  retainedChange: number;
}

/** Δ = L Rᵀ, as its factors. */
export type EditFactors = Pick<OperatorEdit, 'left' | 'right'>;

/**
 * A + Σ L Rᵀ, in float64. Without edits it is A itself.
 * @param A m × n, as the edits were made for it.
 * @param edits Of `unlearn`, or read by `readEdits`; their order does not count.
 * @throws LinearizerError for an edit of another shape.
 * @example
 * ```ts
 * import { editedMatrix } from '@lin/linearizer';
 * import { fromRows, identity, toRows } from '@lin/operator';
 *
 * const [left, right] = [fromRows([[-1], [0]]), fromRows([[1], [0]])]; // takes the first direction out
 * const edit = { method: 'projection' as const, identities: [7], left, right, retainedChange: 0.1 };
 * console.log(toRows(editedMatrix(identity(2), [edit])));
 * ```
 * ```text
 * [ [ 0, 0 ], [ 0, 1 ] ]
 * ```
 */
export function editedMatrix(A: Matrix, edits: readonly OperatorEdit[]): Matrix {
  return edits.reduce((sum, { left, right, identities }) => {
    if (left.rows !== A.rows || right.rows !== A.cols || left.cols !== right.cols) {
      throw new LinearizerError(
        `editedMatrix: the edit of ${identities.join(', ')} is of a ${left.rows}×${right.rows} operator, ` +
          `but A is ${A.rows}×${A.cols}; use it with the model it was made for.`,
      );
    }
    return add(sum, multiply(left, transpose(right)));
  }, A);
}

/** ‖Δ z‖ over ‖A z‖, root mean square: √(tr Δ S Δᵀ / tr A S Aᵀ). */
export function retainedChange(
  A: Matrix,
  { left, right }: EditFactors,
  { secondMoment }: Pick<LatentPopulation, 'secondMoment'>,
): number {
  const seen = multiply(multiply(transpose(right), secondMoment), right); // of Δ S Δᵀ the inner part, r × r
  const changed = trace(multiply(seen, multiply(transpose(left), left)));
  const whole = trace(multiply(multiply(A, secondMoment), transpose(A)));
  return whole > 0 ? Math.sqrt(Math.max(0, changed) / whole) : 0;
}
