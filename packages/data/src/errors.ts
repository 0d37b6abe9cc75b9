// The two kinds of mistake: in the data, and in what it was asked for.

/** Where an error about bytes lies. */
export interface Place {
  /** Path of the file. */
  file?: string;
  /** The byte in it where the fault begins. */
  offset?: number;
  /** The byte after the last that it takes away, where that is known. */
  end?: number;
}

/** Bad records: one sentence with the file and, where it is about bytes, their offset. */
export class RecordError extends Error {
  override name = 'RecordError';
  /** The files', so that of whoever passed them. */
  readonly fault = 'input';
  readonly file: string | undefined;
  readonly offset: number | undefined;
  readonly end: number | undefined;

  constructor(message: string, { file, offset, end }: Place = {}) {
    super(message);
    this.file = file;
    this.offset = offset;
    this.end = end;
  }
}

/** An option that does not fit the data, such as a batch larger than it. */
export class DataOptionError extends RangeError {
  override name = 'DataOptionError';
  readonly fault = 'input';
}
