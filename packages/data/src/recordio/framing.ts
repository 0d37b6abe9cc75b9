// MXNet RecordIO framing (dmlc-core include/dmlc/recordio.h): part = u32 magic | u32 (cflag << 29 | length) | data | zeros to a multiple of
// 4.
// A payload that holds the magic at a multiple of 4 is written as several parts; the magic between them is left out and put back on
// reading.
import { RecordError } from '../errors.js';
import { readBytes, type RecordFile } from './record-file.js';

export const MAGIC = 0xced7230a;
export const MAGIC_BYTES = Buffer.of(0x0a, 0x23, 0xd7, 0xce);
export const HEADER_BYTES = 8;
/** dmlc-core's first header, of 2015, had another magic and split its second word 2 : 30. */
const MAGIC_OF_2015 = 0x3ed7230a;
const MAX_PART_LENGTH = 2 ** 29 - 1;
/** 64 MB. A face is a few KB; a record above this is damage, not an image. It keeps every part below the format's own 2²⁹ bytes. */
const MAX_PAYLOAD_BYTES = 2 ** 26;
/**
 * Of MS1MV2's 5.8 million records about two have a second part; thousands in one are damage, and would cost far more memory than their
 * bytes.
 */
const MAX_PARTS = 2 ** 14;
/** Read first where nothing says how long a record is: most faces whole. */
const GUESS_BYTES = 2 ** 14;
/** Two records of an index may lie far apart; up to this the bytes between are taken for the first one's own. */
const MAX_SPAN_BYTES = 2 ** 18;

/** Over a record whose magic is damaged, to see whether another follows it: more is no face. */
const MAX_SKIPPED_BYTES = 2 ** 20;

const WHOLE = 0;
const FIRST = 1;
const MIDDLE = 2;
const LAST = 3;

export interface FramedRecord {
  payload: Buffer;
  /** Offset of the next record. */
  end: number;
}

type Sized = Pick<RecordFile, 'path' | 'size'>;

/**
 * The record at `bytes[at]`, `bytes` being the file's from `base` on; a view of them where it is in one part. Where they end inside it:
 * how many bytes from its beginning are needed.
 * @throws RecordError where they are not a record, or the file ends inside it.
 */
export function unframe(file: Sized, bytes: Buffer, at: number, base: number): FramedRecord | number {
  const pieces: Buffer[] = [];
  let total = 0;
  let position = at;
  for (let part = 0; part < MAX_PARTS; part++) {
    const start = position + HEADER_BYTES;
    if (start > bytes.length) {
      if (base + start > file.size) throw cutShort(file, base + position);
      return start - at;
    }
    const magic = bytes.readUInt32LE(position);
    if (magic !== MAGIC) throw notMagic(file, base + position, magic);
    const { flag, length } = unpackWord(bytes.readUInt32LE(position + 4));
    if (part === 0 ? flag !== WHOLE && flag !== FIRST : flag !== MIDDLE && flag !== LAST) {
      throw damaged(
        file,
        base + position,
        `a part with flag ${flag} ${part === 0 ? 'at the start of' : 'inside'} a record`,
      );
    }
    total += length + (part > 0 ? MAGIC_BYTES.length : 0);
    if (total > MAX_PAYLOAD_BYTES)
      throw damaged(file, base + position, `a record of more than ${MAX_PAYLOAD_BYTES} bytes`);
    const end = start + padded(length);
    if (base + end > file.size) throw cutShort(file, base + at);
    if (end > bytes.length) return end - at;
    const data = bytes.subarray(start, start + length);
    if (flag === WHOLE) return { payload: data, end: base + end };
    if (part > 0) pieces.push(MAGIC_BYTES);
    pieces.push(data);
    if (flag === LAST) return { payload: Buffer.concat(pieces), end: base + end };
    position = end;
  }
  throw damaged(file, base + at, `a record of more than ${MAX_PARTS} parts`);
}

/**
 * The record that begins at `offset`, in one read where `next`, the beginning of the one after it (or the file's end), is given.
 * @throws RecordError where the bytes are not a record, the file ends inside it, or it ends where no other can begin.
 */
export async function readRecord(file: RecordFile, offset: number, next?: number): Promise<FramedRecord> {
  const span = next === undefined ? GUESS_BYTES : next - offset;
  for (let wanted = span > MAX_SPAN_BYTES ? GUESS_BYTES : span; ;) {
    const bytes = await readBytes(file, offset, wanted);
    const record = unframe(file, bytes, 0, offset);
    if (typeof record !== 'number') {
      if (next !== undefined && record.end !== next) await checkEnd(file, offset, record.end, next);
      return record;
    }
    if (bytes.length < Math.min(wanted, file.size - offset)) throw cutShort(file, offset); // it shrank while it was open
    wanted = Math.max(record, 2 * wanted); // thousands of parts share reads
  }
}

/** A record whose length was damaged does not end where the next one begins: that of the index, or one that the index leaves out. */
export async function checkEnd(file: RecordFile, offset: number, end: number, next: number): Promise<void> {
  if (end === next) return;
  if (end > next)
    throw damaged(file, offset, `a record of ${end - offset} bytes, though the next one begins after ${next - offset}`);
  if (!(await isFollowed(file, end, await readBytes(file, end, HEADER_BYTES)))) throw notFollowed(file, offset, end);
}

/** Whether a record begins at `end`, where `head` was read, be it one whose magic is damaged but whose length leads to another. */
export async function isFollowed(file: RecordFile, end: number, head: Buffer): Promise<boolean> {
  const magic = head.subarray(0, MAGIC_BYTES.length);
  if (magic.equals(MAGIC_BYTES.subarray(0, magic.length))) return true; // the file may end inside it
  if (head.length < HEADER_BYTES) return false;
  const { flag, length } = unpackWord(head.readUInt32LE(4));
  const next = end + HEADER_BYTES + padded(length);
  if (flag > FIRST || length > MAX_SKIPPED_BYTES || next > file.size) return false;
  return next === file.size || (await readBytes(file, next, MAGIC_BYTES.length)).equals(MAGIC_BYTES);
}

export function notFollowed(file: Sized, offset: number, end: number): RecordError {
  return damaged(file, offset, `a record of ${end - offset} bytes that is not followed by another`);
}

/** The bytes of a record that holds `payload`. @throws RecordError for one that `unframe` would take for damage. */
export function frameRecord(payload: Uint8Array): Buffer {
  const data = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const cuts: number[] = [];
  for (let i = alignedMagic(data, 0); i !== -1; i = alignedMagic(data, i + 4)) cuts.push(i);
  if (data.length > MAX_PAYLOAD_BYTES || cuts.length >= MAX_PARTS) {
    throw new RecordError(
      `A record of ${data.length} bytes in ${cuts.length + 1} parts: the limits are ${MAX_PAYLOAD_BYTES} bytes and ${MAX_PARTS} parts.`,
    );
  }
  const starts = [0, ...cuts.map((cut) => cut + 4)];
  const ends = [...cuts, data.length];
  const record = Buffer.alloc(starts.reduce((bytes, start, i) => bytes + HEADER_BYTES + padded(ends[i]! - start), 0));
  let at = 0;
  for (const [i, start] of starts.entries()) {
    const flag = cuts.length === 0 ? WHOLE : i === 0 ? FIRST : i === cuts.length ? LAST : MIDDLE;
    const length = ends[i]! - start;
    record.writeUInt32LE(MAGIC, at);
    record.writeUInt32LE(((flag << 29) | length) >>> 0, at + 4);
    record.set(data.subarray(start, ends[i]), at + HEADER_BYTES);
    at += HEADER_BYTES + padded(length);
  }
  return record;
}

/** The first magic in `bytes` at a multiple of 4 from `start` on, or −1. */
export function alignedMagic(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(MAGIC_BYTES, start);
  while (at !== -1 && (at - start) % 4 !== 0) at = bytes.indexOf(MAGIC_BYTES, at + 1);
  return at;
}

/** The second word of a part's header. */
export function unpackWord(word: number): { flag: number; length: number } {
  return { flag: word >>> 29, length: word & MAX_PART_LENGTH };
}

export const padded = (length: number) => Math.ceil(length / 4) * 4;

function notMagic(file: Sized, offset: number, found: number): RecordError {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  if (found !== MAGIC_OF_2015) return damaged(file, offset, `${hex(found)} instead of the record magic ${hex(MAGIC)}`);
  return new RecordError(
    `${file.path} at byte ${offset}: found ${hex(found)}, the magic of dmlc-core's record format of 2015; ` +
      'write the records again with a later im2rec.',
    { file: file.path, offset },
  );
}

export function damaged({ path }: Sized, offset: number, found: string): RecordError {
  return new RecordError(
    `${path} at byte ${offset}: found ${found}; the file is damaged or its .idx belongs to another, copy both again.`,
    {
      file: path,
      offset,
    },
  );
}

function cutShort({ path, size }: Sized, offset: number): RecordError {
  return new RecordError(
    `${path} at byte ${offset}: the record goes past the end of the file (${size} bytes); the file is cut short, copy it again.`,
    {
      file: path,
      offset,
      end: size,
    },
  );
}
