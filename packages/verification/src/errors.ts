/** Scores, embeddings or options that cannot be measured: lengths that differ, a number that is not finite, pairs of one kind only. */
export class VerificationError extends RangeError {
  override name = 'VerificationError';
  /** The caller's mistake. */
  readonly fault = 'input';
}
