/**
 * Scores, embeddings or options that cannot be measured: lengths that differ, a number that is not finite, pairs of one kind only.
 * @example
 * ```ts
 * import { sortScores, VerificationError } from '@lin/verification';
 * try {
 *   sortScores({ scores: [1, 2], same: [true, true] });
 * } catch (error) {
 *   console.log(error instanceof VerificationError, (error as Error).message);
 * }
 * ```
 * ```text
 * true There is no pair of two persons: no rate of false matches can be measured.
 * ```
 */
export class VerificationError extends RangeError {
  override name = 'VerificationError';
  /** The caller's mistake. */
  readonly fault = 'input';
}
