/** Bad records: one sentence with the file and, where it is about bytes, their offset. */
export class RecordError extends Error {
  override name = 'RecordError';
}

/** An option that does not fit the data, such as a batch larger than it. */
export class DataOptionError extends RangeError {
  override name = 'DataOptionError';
}
