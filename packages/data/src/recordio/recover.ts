// The records of a .rec without an index, one after the other; past damage by dmlc-core's rule (recordio.cc FindNextRecordIOHead): the next
// aligned word that is the magic, with a flag that begins a record. A whole record holds no aligned magic and is followed by another:
// that tells a damaged length from a good one.
import { RecordError } from '../errors.js';
import {
  alignedMagic,
  damaged,
  HEADER_BYTES,
  isFollowed,
  MAGIC_BYTES,
  notFollowed,
  unframe,
  unpackWord,
  type FramedRecord,
} from './framing.js';
import { parseImageRecord, type ImageRecord } from './image-record.js';
import { readBytes, type RecordFile } from './record-file.js';

const BLOCK_BYTES = 2 ** 22;

export interface FoundRecord extends ImageRecord {
  offset: number;
  end: number;
}

/**
 * Every whole record, in the order of the file.
 * @param onDamage is given each range of bytes that is no record, as an error with `offset` and `end`; what it throws ends the scan.
 */
export async function* recordsWithoutIndex(
  file: RecordFile,
  onDamage: (error: RecordError) => void,
): AsyncGenerator<FoundRecord, void, void> {
  const window = new Window(file);
  let first: RecordError | undefined;
  let position = 0;
  const endDamage = (end: number) => {
    if (first) onDamage(new RecordError(first.message, { file: file.path, offset: first.offset!, end }));
    first = undefined;
  };
  while (position < file.size) {
    const record = await recordAt(window, position);
    if (!(record instanceof RecordError)) {
      endDamage(position);
      yield record;
      position = record.end;
    } else {
      first ??= new RecordError(record.message, { file: file.path, offset: position });
      position = await nextMagic(window, position + 4);
    }
  }
  endDamage(file.size);
}

/** Part of the file in memory. */
class Window {
  bytes: Buffer = Buffer.alloc(0);
  base = 0;

  constructor(readonly file: RecordFile) {}

  /** Holds the `length` bytes at `position`, and some more for what follows; false where the file turns out to end before. */
  async hold(position: number, length: number): Promise<boolean> {
    if (position < this.base || position + length > this.base + this.bytes.length) {
      this.bytes = await readBytes(this.file, position, length + BLOCK_BYTES);
      this.base = position;
    }
    return position + length <= this.base + this.bytes.length;
  }
}

async function recordAt(window: Window, position: number): Promise<FoundRecord | RecordError> {
  const { file } = window;
  try {
    const { payload, end } = await unframeAt(window, position);
    const record = parseImageRecord(payload, { path: file.path, offset: position });
    if (end < file.size && !(await isFollowed(file, end, await headAt(window, position, end))))
      throw notFollowed(file, position, end);
    return { ...record, offset: position, end };
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
}

async function unframeAt(window: Window, position: number): Promise<FramedRecord> {
  const { file } = window;
  for (let wanted = HEADER_BYTES; ;) {
    const held = await window.hold(position, Math.min(wanted, file.size - position));
    if (!held) throw damaged(file, position, 'the end of the file, which has become shorter while it was read');
    const { bytes, base } = window;
    const at = position - base;
    const record = unframe(file, bytes, at, base);
    const dataEnd = at + HEADER_BYTES + unpackWord(bytes.readUInt32LE(at + 4)).length;
    // before more is read for a length that may be wrong
    const inside = alignedMagic(bytes.subarray(0, Math.min(dataEnd, bytes.length)), at + HEADER_BYTES);
    if (inside !== -1) throw damaged(file, position, `a record that another one begins in, at byte ${base + inside}`);
    if (typeof record !== 'number') return record;
    wanted = record;
  }
}

/** The eight bytes at `end`; the record at `start` stays in the window. */
async function headAt(window: Window, start: number, end: number): Promise<Buffer> {
  await window.hold(start, Math.min(end - start + HEADER_BYTES, window.file.size - start));
  return window.bytes.subarray(end - window.base, end - window.base + HEADER_BYTES);
}

/** Where the next aligned magic is, from `position` on, or the end of the file. */
async function nextMagic(window: Window, position: number): Promise<number> {
  const { file } = window;
  for (let from = position; from < file.size;) {
    if (!(await window.hold(from, Math.min(MAGIC_BYTES.length, file.size - from)))) break;
    const at = alignedMagic(window.bytes, from - window.base);
    if (at !== -1) return window.base + at;
    from = Math.max(from + 4, window.base + window.bytes.length - (window.bytes.length % 4));
  }
  return file.size;
}
