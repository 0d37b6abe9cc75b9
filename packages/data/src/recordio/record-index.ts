// The .idx of a .rec: text lines "key\toffset" in any order. Kept sorted by key in typed arrays: 16 bytes a row.
import { RecordError } from '../errors.js';
import { readingAhead, readRecord, type RecordFile } from './framing.js';
import { parseImageRecord } from './image-record.js';

export class RecordIndex {
  /** Ascending. */
  readonly keys: Float64Array;
  /** offsets[i] is where the record of keys[i] begins. */
  readonly offsets: Float64Array;

  constructor(keys: Float64Array, offsets: Float64Array) {
    const ascending = keys.every((key, i) => i === 0 || keys[i - 1]! < key);
    const order = Uint32Array.from(keys, (_, i) => i);
    if (!ascending) order.sort((a, b) => keys[a]! - keys[b]!);
    this.keys = ascending ? keys : Float64Array.from(order, (i) => keys[i]!);
    this.offsets = ascending ? offsets : Float64Array.from(order, (i) => offsets[i]!);
  }

  /** Position of `key` in `keys`, or −1. */
  positionOf(key: number): number {
    return binarySearch(this.keys, key);
  }
}

/** The first position in ascending `values` whose value is at least `value`; `values.length` where there is none. */
export function lowerBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of `value` in ascending `values`, or −1. */
export function binarySearch(values: Float64Array, value: number): number {
  const position = lowerBound(values, value);
  return values[position] === value ? position : -1;
}

/** Read at a time where records are scanned in the order of the file: a disk's full speed, at 1 MB. */
export const SCAN_BYTES = 2 ** 20;

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const ZERO = 48;

/**
 * Parses an .idx and checks each row against the .rec.
 * @throws RecordError for a line that is not "key\toffset", a key that is there twice, or an offset that cannot be a record's.
 */
export function parseIndex(text: Uint8Array, idxPath: string, rec: RecordFile): RecordIndex {
  const rows = countLines(text);
  const keys = new Float64Array(rows);
  const offsets = new Float64Array(rows);
  let row = 0;
  let line = 1;
  for (let at = 0; at < text.length; line++) {
    const end = text.indexOf(NEWLINE, at) === -1 ? text.length : text.indexOf(NEWLINE, at);
    const last = end > at && text[end - 1] === RETURN ? end - 1 : end;
    if (last > at) {
      const tab = text.indexOf(TAB, at);
      const key = tab === -1 ? NaN : parseDigits(text, at, tab);
      const offset = parseDigits(text, tab + 1, last);
      if (!Number.isSafeInteger(key) || Number.isNaN(offset)) {
        throw new RecordError(`${idxPath} line ${line}: expected "key<tab>offset"; the index is damaged, copy it again or delete it to have it rebuilt.`);
      }
      checkOffset(offset, `${idxPath} line ${line} (key ${key})`, rec);
      keys[row] = key;
      offsets[row++] = offset;
    }
    at = end + 1;
  }
  if (row === 0) throw new RecordError(`${idxPath} holds no rows; copy it again or delete it to have it rebuilt.`);
  const index = new RecordIndex(keys.slice(0, row), offsets.slice(0, row));
  const twice = index.keys.findIndex((key, i) => key === index.keys[i + 1]);
  if (twice !== -1) throw new RecordError(`${idxPath}: key ${index.keys[twice]} is there twice; delete the index to have it rebuilt.`);
  return index;
}

function checkOffset(offset: number, where: string, rec: RecordFile): void {
  if (!Number.isSafeInteger(offset) || offset % 4 !== 0) {
    throw new RecordError(`${where}: ${offset} cannot be the offset of a record (a multiple of 4); the index is damaged, delete it to have it rebuilt.`);
  }
  if (offset >= rec.size) {
    throw new RecordError(
      `${where}: its record begins at byte ${offset}, past the end of ${rec.path} (${rec.size} bytes); the .rec is cut short or the .idx is another's, copy both again.`,
    );
  }
}

/** The index of a .rec without one: every record in turn, keyed by the id in its header, or by its rank where ids repeat (im2rec). */
export async function rebuildIndex(rec: RecordFile): Promise<RecordIndex> {
  const ids: number[] = [];
  const offsets: number[] = [];
  const bytesAt = readingAhead(rec, SCAN_BYTES);
  for (let offset = 0; offset < rec.size; ) {
    const { payload, end } = await readRecord(rec, offset, bytesAt);
    ids.push(parseImageRecord(payload, `${rec.path} at byte ${offset}`).id);
    offsets.push(offset);
    offset = end;
  }
  if (offsets.length === 0) throw new RecordError(`${rec.path} is empty: expected records.`);
  const unique = ids.every(Number.isSafeInteger) && new Set(ids).size === ids.length;
  const keys = unique ? Float64Array.from(ids) : Float64Array.from(ids, (_, i) => i);
  return new RecordIndex(keys, Float64Array.from(offsets));
}

function countLines(text: Uint8Array): number {
  let lines = 1;
  for (const byte of text) if (byte === NEWLINE) lines++;
  return lines;
}

/** The number in text[start, end), or NaN where a byte is not a digit. */
function parseDigits(text: Uint8Array, start: number, end: number): number {
  if (start >= end) return NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text[i]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
