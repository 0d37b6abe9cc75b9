// MXNet's image record header, struct 'IfQQ' (mxnet python/mxnet/recordio.py): u32 flag | f32 label | u64 id | u64 id2.
// flag > 0 means that many float32 labels follow and the label field is ignored; the image bytes come after.
import { RecordError } from '../errors.js';

const HEADER_BYTES = 24;
const MAX_LABELS = 4096; // InsightFace uses 2; more than this is damage

export interface ImageRecord {
  flag: number;
  /** One label where flag is 0, else `flag` of them. */
  labels: number[];
  /** A u64: exact up to 2⁵³. */
  id: number;
  /** The encoded image, a view of the payload; empty in InsightFace's identity records. */
  image: Buffer;
}

/** Where a payload was read. */
export interface PayloadPlace {
  path: string;
  offset: number;
  key?: number;
}

/** @throws RecordError with file, offset and key. */
export function parseImageRecord(payload: Buffer, place: PayloadPlace): ImageRecord {
  const { length } = payload;
  if (length < HEADER_BYTES) throw faulty(place, `${length} bytes are too few for an image record's 24-byte header`);
  const flag = payload.readUInt32LE(0);
  const end = HEADER_BYTES + 4 * flag;
  if (flag > MAX_LABELS || end > length)
    throw faulty(place, `a header that announces ${flag} labels in a record of ${length} bytes`);
  const labels: number[] = [];
  if (flag === 0) labels.push(payload.readFloatLE(4));
  for (let i = 0; i < flag; i++) labels.push(payload.readFloatLE(HEADER_BYTES + 4 * i));
  return {
    flag,
    labels,
    id: payload.readUInt32LE(8) + payload.readUInt32LE(12) * 2 ** 32,
    image: payload.subarray(end),
  };
}

/** As mxnet's `pack`: a number is stored in the header (flag 0), a list after it (flag = its length). */
export function encodeImageRecord({
  label,
  id,
  image,
}: {
  label: number | readonly number[];
  id: number;
  image: Uint8Array;
}): Buffer {
  const labels = typeof label === 'number' ? [] : label;
  const record = Buffer.alloc(HEADER_BYTES + 4 * labels.length + image.length);
  record.writeUInt32LE(labels.length, 0);
  record.writeFloatLE(typeof label === 'number' ? label : 0, 4);
  record.writeBigUInt64LE(BigInt(id), 8);
  labels.forEach((value, i) => record.writeFloatLE(value, HEADER_BYTES + 4 * i));
  record.set(image, HEADER_BYTES + 4 * labels.length);
  return record;
}

function faulty({ path, offset, key }: PayloadPlace, found: string): RecordError {
  const named = key === undefined ? '' : ` (key ${key})`;
  return new RecordError(`${path} at byte ${offset}${named}: ${found}; the file is damaged, copy it again.`, {
    file: path,
    offset,
  });
}
