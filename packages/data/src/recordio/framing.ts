// MXNet RecordIO framing (dmlc-core include/dmlc/recordio.h): part = u32 magic | u32 (cflag << 29 | length) | data | zeros to a multiple of 4.
// A payload that holds the magic at a multiple of 4 is written as several parts; the magic between them is left out and put back on reading.
import type { FileHandle } from 'node:fs/promises';
import { RecordError } from '../errors.js';

export const MAGIC = 0xced7230a;
const MAX_PART_LENGTH = 2 ** 29 - 1;
/** A face is a few KB; a length above this is damage, not an image. */
const MAX_PAYLOAD_BYTES = 256 * 2 ** 20;
const HEADER_BYTES = 8;
/** One read that covers most records whole. */
const READ_AHEAD_BYTES = 16 * 2 ** 10;

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

/** The record that begins at `offset`. @throws RecordError where the bytes are not one, or the file ends inside it. */
export async function readRecord(file: RecordFile, offset: number): Promise<FramedRecord> {
  const parts: Buffer[] = [];
  let position = offset;
  let total = 0;
  for (;;) {
    const { flag, data, end } = await readPart(file, position, offset);
    const continues = parts.length > 0;
    if (continues !== (flag === MIDDLE || flag === LAST)) {
      throw damaged(file, position, `a part with flag ${flag} ${continues ? 'inside' : 'at the start of'} a record`);
    }
    if (continues) parts.push(MAGIC_BYTES);
    parts.push(data);
    total += data.length + (continues ? MAGIC_BYTES.length : 0);
    if (total > MAX_PAYLOAD_BYTES) throw damaged(file, offset, `a record of more than ${MAX_PAYLOAD_BYTES} bytes`);
    position = end;
    if (flag === WHOLE || flag === LAST) return { payload: parts.length === 1 ? data : Buffer.concat(parts), end };
  }
}

async function readPart(file: RecordFile, position: number, recordOffset: number) {
  const ahead = await readBytes(file, position, READ_AHEAD_BYTES);
  if (ahead.length < HEADER_BYTES) throw cutShort(file, recordOffset);
  const magic = ahead.readUInt32LE(0);
  if (magic !== MAGIC) throw damaged(file, position, `0x${magic.toString(16)} instead of the record magic 0x${MAGIC.toString(16)}`);
  const word = ahead.readUInt32LE(4);
  const length = word & MAX_PART_LENGTH;
  const padded = Math.ceil(length / 4) * 4;
  const start = position + HEADER_BYTES;
  if (start + padded > file.size) throw cutShort(file, recordOffset);
  const inAhead = ahead.subarray(HEADER_BYTES, HEADER_BYTES + length);
  if (inAhead.length < length && length > MAX_PAYLOAD_BYTES) throw damaged(file, position, `a part of ${length} bytes`);
  const data = inAhead.length === length ? inAhead : await readBytes(file, start, length);
  if (data.length < length) throw cutShort(file, recordOffset);
  return { flag: word >>> 29, data, end: start + padded };
}

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

/** The bytes of a record that holds `payload`. */
export function frameRecord(payload: Uint8Array): Buffer {
  const data = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const cuts: number[] = [];
  for (let i = 0; i + 4 <= data.length; i += 4) if (data.readUInt32LE(i) === MAGIC) cuts.push(i);
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
  if (data.length > MAX_PART_LENGTH) throw new RecordError(`A record part of ${data.length} bytes does not fit RecordIO's 29-bit length.`);
  const part = Buffer.alloc(HEADER_BYTES + Math.ceil(data.length / 4) * 4);
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
