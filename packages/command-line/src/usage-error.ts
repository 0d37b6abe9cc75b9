/** A command line that does not fit: its message is all that is printed, and the process ends with exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly fault = 'input';
}
