// The package's errors. Each message says the operation, what was found and what was expected.

/** Operators whose dimensions do not fit, or a matrix that an operation is not defined for; the message shows the shapes or the entry. */
export class OperatorError extends Error {
  override name = 'OperatorError';
  /** Whose: `input`, the caller's, or `environment`, a failure at run time. */
  readonly fault: 'input' | 'environment' = 'input';
}

/** A matrix without an inverse to working precision, or not positive definite where that is needed. */
export class SingularMatrixError extends OperatorError {
  override name = 'SingularMatrixError';
}

/** A function of a matrix that is not defined at one of its eigenvalues. */
export class MatrixFunctionError extends OperatorError {
  override name = 'MatrixFunctionError';
  constructor(
    message: string,
    /** The eigenvalue at fault. */
    readonly eigenvalue: { re: number; im: number },
  ) {
    super(message);
  }
}

/** An iteration that did not converge: not a mistake of the caller's. */
export class ConvergenceError extends OperatorError {
  override name = 'ConvergenceError';
  override readonly fault = 'environment';
}
