// The package's error. Its message says the figure, what was found and what was expected.

/** Numbers that a figure cannot show: negative singular values, eigenvalues that are not finite, angles in degrees. */
export class FigureError extends Error {
  override name = 'FigureError';
  readonly fault = 'input';
}
