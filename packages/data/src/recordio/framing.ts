// MXNet RecordIO framing (dmlc-core include/dmlc/recordio.h): part = u32 magic | u32 (cflag << 29 | length) | data | zeros to a multiple of 4.
// A payload that holds the magic at a multiple of 4 is written as several parts; the magic between them is left out and put back on reading.
import type { FileHandle } from 'node:fs/promises';
import { RecordError } from '../errors.js';

export const MAGIC = 0xced7230a;
const MAX_PART_LENGTH = 2 ** 29 - 1;
/** 64 MB. A face is a few KB; a record above this is damage, not an image. It keeps every part below the format's own 2²⁹ bytes. */
const MAX_PAYLOAD_BYTES = 2 ** 26;
/** Of MS1MV2's 5.8 million records about two have a second part; thousands in one are damage, and would cost far more memory than their bytes. */
const MAX_PARTS = 2 ** 14;
const HEADER_BYTES = 8;
/** One read that covers most faces whole. */
const READ_AHEAD_BYTES = 2 ** 14;

const WHOLE = 0;
const FIRST = 1;
const MIDDLE = 2;
const LAST = 3;

/** A file that records are read from, by position: any number of readers at once. */
export interface RecordFile {
  path: string;
  handle: FileHandle;
  size: number;
}

export interface FramedRecord {
  payload: Buffer;
  /** Offset of the next record. */
  end: number;
}

/**
 * The record that begins at `offset`. Where many are read in the order of the file, one `readingAhead` for all of them saves a read each.
 * @throws RecordError where the bytes are not a record, or the file ends inside it.
 */
export async function readRecord(file: RecordFile, offset: number, bytesAt: BytesAt = readingAhead(file, READ_AHEAD_BYTES)): Promise<FramedRecord> {
  const pieces: Buffer[] = [];
  let total = 0;
  let end = offset;
  for (let part = 0; part < MAX_PARTS; part++) {
    const { flag, length } = parsePartHeader(file, await bytesAt(end, HEADER_BYTES), end);
    const start = end + HEADER_BYTES;
    if (part === 0 ? flag !== WHOLE && flag !== FIRST : flag !== MIDDLE && flag !== LAST) {
      throw damaged(file, end, `a part with flag ${flag} ${part === 0 ? 'at the start of' : 'inside'} a record`);
    }
    if (part > 0) pieces.push(MAGIC_BYTES);
    total += length + (part > 0 ? MAGIC_BYTES.length : 0);
    if (total > MAX_PAYLOAD_BYTES) throw damaged(file, end, `a record of more than ${MAX_PAYLOAD_BYTES} bytes`);
    end = start + padded(length);
    if (end > file.size) throw cutShort(file, offset);
    const data = await bytesAt(start, length);
    if (data.length < length) throw cutShort(file, offset);
    pieces.push(data);
    if (flag === WHOLE || flag === LAST) return { payload: pieces.length === 1 ? data : Buffer.concat(pieces), end };
  }
  throw damaged(file, offset, `a record of more than ${MAX_PARTS} parts`);
}

/** The `length` bytes at `position`, fewer at the end of the file. */
export type BytesAt = (position: number, length: number) => Promise<Buffer>;

/** Reads `atLeast` bytes at a time and answers from them while it can: a part and its header, or many small records, cost one read. */
export function readingAhead(file: RecordFile, atLeast: number): BytesAt {
  let start = 0;
  let ahead: Buffer = Buffer.alloc(0);
  return async (position, length) => {
    if (position < start || position + length > start + ahead.length) {
      ahead = await readBytes(file, position, Math.max(length, atLeast));
      start = position;
    }
    return ahead.subarray(position - start, position - start + length);
  };
}

function parsePartHeader(file: RecordFile, bytes: Buffer, position: number): { flag: number; length: number } {
  if (bytes.length < HEADER_BYTES) throw cutShort(file, position);
  const magic = bytes.readUInt32LE(0);
  if (magic !== MAGIC) throw damaged(file, position, `0x${magic.toString(16).padStart(8, '0')} instead of the record magic 0x${MAGIC.toString(16)}`);
  const word = bytes.readUInt32LE(4);
  return { flag: word >>> 29, length: word & MAX_PART_LENGTH };
}

const padded = (length: number) => Math.ceil(length / 4) * 4;

/** Up to `length` bytes from `position`; fewer at the end of the file. */
export async function readBytes({ handle, size }: RecordFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The bytes of a record that holds `payload`. @throws RecordError for one that `readRecord` would take for damage. */
export function frameRecord(payload: Uint8Array): Buffer {
  const data = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const cuts: number[] = [];
  for (let i = 0; i + 4 <= data.length; i += 4) if (data.readUInt32LE(i) === MAGIC) cuts.push(i);
  if (data.length > MAX_PAYLOAD_BYTES || cuts.length >= MAX_PARTS) {
    throw new RecordError(`A record of ${data.length} bytes in ${cuts.length + 1} parts: the limits are ${MAX_PAYLOAD_BYTES} bytes and ${MAX_PARTS} parts.`);
  }
  if (cuts.length === 0) return framePart(WHOLE, data);
  const starts = [0, ...cuts.map((cut) => cut + 4)];
  return Buffer.concat(
    starts.map((start, i) => {
      const flag = i === 0 ? FIRST : i === cuts.length ? LAST : MIDDLE;
      return framePart(flag, data.subarray(start, cuts[i] ?? data.length));
    }),
  );
}

function framePart(flag: number, data: Buffer): Buffer {
  const part = Buffer.alloc(HEADER_BYTES + padded(data.length));
  part.writeUInt32LE(MAGIC, 0);
  part.writeUInt32LE(((flag << 29) | data.length) >>> 0, 4);
  data.copy(part, HEADER_BYTES);
  return part;
}

const MAGIC_BYTES = Buffer.alloc(4);
MAGIC_BYTES.writeUInt32LE(MAGIC, 0);

function damaged({ path }: RecordFile, offset: number, found: string): RecordError {
  return new RecordError(`${path} at byte ${offset}: found ${found}; the file is damaged or its .idx belongs to another, copy both again.`);
}

function cutShort({ path, size }: RecordFile, offset: number): RecordError {
  return new RecordError(`${path} at byte ${offset}: the record goes past the end of the file (${size} bytes); the file is cut short, copy it again.`);
}
