// A cursor over the bytes of a pickle; whatever goes past the end is a RecordError with the offset where it began.
import { RecordError } from '../../errors.js';

export class ByteReader {
  at = 0;

  constructor(
    readonly file: string,
    readonly bytes: Buffer,
  ) {}

  u8 = () => this.bytes[this.skip(1)]!;
  u16 = () => this.bytes.readUInt16LE(this.skip(2));
  u32 = () => this.bytes.readUInt32LE(this.skip(4));
  i32 = () => this.bytes.readInt32LE(this.skip(4));

  /** A length of 8 bytes: above the file's own size it is refused by what is done with it. */
  u64 = () => Number(this.bytes.readBigUInt64LE(this.skip(8)));

  /** The next `length` bytes, not copied. */
  take(length: number): Buffer {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to the next newline, which is passed over. */
  line(): Buffer {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end === -1)
      throw this.fault(this.at, 'a line has no end; the file was cut short or is no pickle: copy it again');
    const line = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return line;
  }

  fault(offset: number, what: string): RecordError {
    return new RecordError(`${this.file} at byte ${offset}: ${what}.`, { file: this.file, offset });
  }

  private skip(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) {
      throw this.fault(
        start,
        `${length} bytes are announced, but the file ends at byte ${this.bytes.length}; it was cut short: copy it again`,
      );
    }
    this.at += length;
    return start;
  }
}
