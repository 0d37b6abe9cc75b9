/**
 * A model that is missing, damaged or no face recogniser, an image that cannot be embedded, or an embedding cache that does not hold: one
 * sentence that names the file.
 */
export class TeacherError extends Error {
  override name = 'TeacherError';

  /** `fault`: the user's, or that of the network or the machine. */
  constructor(
    message: string,
    readonly fault: 'input' | 'environment' = 'input',
  ) {
    super(message);
  }
}

/** One image for which a teacher gives no embedding: which, and why. */
export class EmbeddingError extends TeacherError {
  override name = 'EmbeddingError';

  constructor(
    /** Among the images that were given, from 0. */
    readonly position: number,
    /** Why, without the image's name. */
    readonly reason: string,
    {
      image = `image ${position} (counted from 0)`,
      message = `${image}: ${reason}`,
      fault = 'input',
    }: {
      image?: string;
      message?: string;
      fault?: 'input' | 'environment';
    } = {},
  ) {
    super(message, fault);
  }

  /** The same where the caller knows the image by another position and name. */
  at(position: number, image: string | undefined): EmbeddingError {
    return new EmbeddingError(position, this.reason, { ...(image !== undefined && { image }), fault: this.fault });
  }
}
