// The .idx of a .rec: text lines "key\toffset" in any order. Kept sorted by key in typed arrays: 16 bytes a row.
import { RecordError } from '../errors.js';
import { readingAhead, readRecord, type RecordFile } from './framing.js';
import { parseImageRecord } from './image-record.js';

export class RecordIndex {
  /** Ascending. */
  readonly keys: Float64Array;
  /** offsets[i] is where the record of keys[i] begins. */
  readonly offsets: Float64Array;

  /** Row i says where the record of keys[i] begins; no key twice, in any order. */
  constructor(keys: Float64Array, offsets: Float64Array) {
    this.keys = isAscending(keys) ? keys : keys.slice().sort();
    this.offsets = this.keys === keys ? offsets : new Float64Array(keys.length);
    if (this.keys !== keys) for (let i = 0; i < keys.length; i++) this.offsets[lowerBound(this.keys, keys[i]!)] = offsets[i]!;
  }

  /** Position of `key` in `keys`, or −1. */
  positionOf(key: number): number {
    return binarySearch(this.keys, key);
  }
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i - 1]! < values[i]!)) return false;
  return true;
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
  for (let at = 0, line = 1; at < text.length; line++) {
    const end = find(NEWLINE, text, at, text.length);
    const last = end > at && text[end - 1] === RETURN ? end - 1 : end;
    if (last > at) {
      const tab = find(TAB, text, at, last);
      const key = parseDigits(text, at, tab);
      const offset = parseDigits(text, tab + 1, last);
      if (!Number.isSafeInteger(key) || Number.isNaN(offset)) {
        throw new RecordError(`${idxPath} line ${line}: expected "key<tab>offset"; the index is damaged, copy it again or delete it to have it rebuilt.`);
      }
      const fault = faultOf(offset, rec);
      if (fault) throw new RecordError(`${idxPath} line ${line} (key ${key}): ${fault}`);
      keys[row] = key;
      offsets[row++] = offset;
    }
    at = end + 1;
  }
  if (row === 0) throw new RecordError(`${idxPath} holds no rows; copy it again or delete it to have it rebuilt.`);
  const index = new RecordIndex(keys.slice(0, row), offsets.slice(0, row));
  for (let i = 1; i < row; i++) {
    if (index.keys[i] === index.keys[i - 1]) throw new RecordError(`${idxPath}: key ${index.keys[i]} is there twice; delete the index to have it rebuilt.`);
  }
  return index;
}

/** Why no record can begin at `offset`. */
function faultOf(offset: number, { path, size }: RecordFile): string | undefined {
  if (!Number.isSafeInteger(offset) || offset % 4 !== 0) {
    return `${offset} cannot be the offset of a record (a multiple of 4); the index is damaged, delete it to have it rebuilt.`;
  }
  if (offset >= size) {
    return `its record begins at byte ${offset}, past the end of ${path} (${size} bytes); the .rec is cut short or the .idx is another's, copy both again.`;
  }
  return undefined;
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
  for (let at = 0; at < text.length; at++) if (text[at] === NEWLINE) lines++; // for … of takes ten times as long
  return lines;
}

/** Where `byte` first is in text[start, end), or `end`. Lines are short: a loop beats indexOf. */
function find(byte: number, text: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && text[at] !== byte) at++;
  return at;
}

/** The number in text[start, end), or NaN where a byte is not a digit or there is none. */
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
