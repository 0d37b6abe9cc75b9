import { TeacherError } from '../errors.js';

/** A file or bytes that are not a whole picture, or too large a one: one sentence that names it. */
export class PhotoError extends TeacherError {
  override name = 'PhotoError';
}
