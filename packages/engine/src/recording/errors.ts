/** A step that cannot be recorded, a replay that differs from the eager step, or inputs of another shape than the recorded ones. */
export class RecordingError extends Error {
  override name = 'RecordingError';
  readonly fault = 'environment';
}
