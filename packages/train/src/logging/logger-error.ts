/** A server that figures were to be sent to, which is not there or refuses them. */
export class LoggerError extends Error {
  override name = 'LoggerError';
  readonly fault = 'environment';
}
