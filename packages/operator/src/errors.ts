/** Operators whose dimensions do not fit, or a matrix that an operation is not defined for; the message shows the shapes or the entry. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
