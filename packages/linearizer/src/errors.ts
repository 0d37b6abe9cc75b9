/** What was asked for is not defined for this network, these spaces or these elements; the message says what would be. */
export class LinearizerError extends Error {
  override name = 'LinearizerError';
  readonly fault = 'input';
}
