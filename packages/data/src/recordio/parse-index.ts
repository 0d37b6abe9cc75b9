// The .idx of a .rec: text lines "key\toffset" in any order (mxnet python/mxnet/recordio.py). Read in blocks, so that the text is never
// held whole.
import { RecordError } from '../errors.js';
import { MAX_FILE_BYTES, Offsets } from './offsets.js';
import { readInto, type RecordFile } from './record-file.js';
import { RecordIndex } from './record-index.js';

const BLOCK_BYTES = 2 ** 20;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const ZERO = 48;
const NO_KEY = -1;

/**
 * Reads an .idx and checks each row against the .rec: in time and memory that grow with the text alone, about 100 MB and a second for
 * MS1MV2.
 * @param onCorrupt is given each line that is not "key<tab>offset" and each offset that cannot be a record's; what it does not throw is
 * left out.
 * @throws RecordError where there are no rows, or a key or an offset twice.
 */
export async function parseIndex(
  idx: RecordFile,
  rec: Pick<RecordFile, 'path' | 'size'>,
  onCorrupt = fail,
): Promise<RecordIndex> {
  let lines = 1;
  for await (const block of blocks(idx)) lines += count(NEWLINE, block);
  const rows = new Rows(idx.path, rec, lines, onCorrupt);
  for await (const block of blocks(idx)) rows.push(block);
  rows.push(Buffer.of(NEWLINE)); // the last line may lack its own
  return rows.index();
}

export function fail(error: RecordError): void {
  throw error;
}

async function* blocks(file: RecordFile): AsyncGenerator<Buffer, void, void> {
  const block = Buffer.allocUnsafeSlow(Math.min(file.size, BLOCK_BYTES));
  for (let at = 0; at < file.size; at += block.length) {
    const bytes = await readInto(file, block, at);
    if (bytes.length === 0) return; // it shrank while it was read
    yield bytes;
  }
}

function count(byte: number, bytes: Buffer): number {
  let found = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === byte) found++; // for … of takes ten times as long
  return found;
}

/** The rows so far, and the state inside a line: blocks end anywhere. */
class Rows {
  private readonly keys: Float64Array;
  private readonly offsets: Offsets;
  private rows = 0;
  private line = 1;
  private lineStart = 0;
  private position = 0;
  /**
   * Of the line at hand: its key once the tab has been seen, the number that is being read and its digits, and what ended or spoiled it.
   */
  private key = NO_KEY;
  private value = 0;
  private digits = 0;
  private returned = false;
  private malformed = false;

  constructor(
    private readonly path: string,
    private readonly rec: Pick<RecordFile, 'path' | 'size'>,
    lines: number,
    private readonly onCorrupt: (error: RecordError) => void,
  ) {
    this.keys = new Float64Array(lines);
    this.offsets = new Offsets(lines);
  }

  /** The state is kept in local variables: in fields, each number above 2³¹ would be an object. */
  push(block: Buffer): void {
    let { key, value, digits, returned, malformed, rows } = this;
    const { keys, offsets } = this;
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!;
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9 && !returned) {
        value = value * 10 + digit;
        digits++;
      } else if (byte === TAB && digits > 0 && key === NO_KEY && !returned) {
        key = value;
        value = digits = 0;
      } else if (byte === NEWLINE) {
        const isEmpty = digits === 0 && key === NO_KEY && !malformed;
        if (!isEmpty) {
          const isWhole = digits > 0 && key !== NO_KEY && !malformed && key <= Number.MAX_SAFE_INTEGER;
          if (isWhole && value % 4 === 0 && value < this.rec.size && value < MAX_FILE_BYTES && rows < keys.length) {
            keys[rows] = key;
            offsets.set(rows++, value);
          } else {
            this.onCorrupt(this.faultOf(isWhole ? { key, offset: value } : undefined, this.position + i + 1));
          }
        }
        this.line++;
        this.lineStart = this.position + i + 1;
        key = NO_KEY;
        value = digits = 0;
        returned = malformed = false;
      } else if (byte === RETURN && !returned) {
        returned = true;
      } else {
        malformed = true;
      }
    }
    Object.assign(this, { key, value, digits, returned, malformed, rows });
    this.position += block.length;
  }

  index(): RecordIndex {
    if (this.rows === 0)
      throw new RecordError(`${this.path} holds no rows; copy it again or delete it to have it rebuilt.`, {
        file: this.path,
      });
    return new RecordIndex(this.keys.subarray(0, this.rows), this.offsets.first(this.rows), this.path);
  }

  private faultOf(row: { key: number; offset: number } | undefined, end: number): RecordError {
    const { path, line } = this;
    const place = { file: path, offset: this.lineStart, end };
    if (row) return new RecordError(`${path} line ${line} (key ${row.key}): ${this.reason(row.offset)}`, place);
    const expected = 'expected "key<tab>offset"; the index is damaged, copy it again or delete it to have it rebuilt.';
    return new RecordError(`${path} line ${line}: ${expected}`, place);
  }

  /** Why no record can begin at `offset`. */
  private reason(offset: number): string {
    const { path, size } = this.rec;
    if (offset % 4 !== 0 || offset >= MAX_FILE_BYTES) {
      return (
        `${offset} cannot be the offset of a record (a multiple of 4, below 4 TB); the index is damaged, ` +
        'delete it to have it rebuilt.'
      );
    }
    if (offset >= size) {
      const found = `its record begins at byte ${offset}, past the end of ${path} (${size} bytes)`;
      return `${found}; the .rec is cut short or the .idx is another's, copy both again.`;
    }
    return 'the index grew while it was read; open it again.';
  }
}
