/** A model that is missing, damaged or no face recogniser, or an embedding cache that does not hold: one sentence that names the file. */
export class TeacherError extends Error {
  override name = 'TeacherError';

  /** `fault`: the user's, or the network's. */
  constructor(
    message: string,
    readonly fault: 'input' | 'environment' = 'input',
  ) {
    super(message);
  }
}
