/** A model that cannot be written in another format, or whose file computes something else. */
export class ExportError extends Error {
  override name = 'ExportError';
  readonly fault = 'environment';
}
