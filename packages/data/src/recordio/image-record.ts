// MXNet's image record header, struct 'IfQQ' (mxnet python/mxnet/recordio.py): u32 flag | f32 label | u64 id | u64 id2.
// flag > 0 means that many float32 labels follow and the label field is ignored; the image bytes come after.
import { RecordError } from '../errors.js';

const HEADER_BYTES = 24;
const MAX_LABELS = 4096; // InsightFace uses 2; more than this is damage

export interface ImageRecord {
  flag: number;
  /** One label where flag is 0, else `flag` of them. */
  labels: number[];
  id: number;
  /** The encoded image; empty in InsightFace's identity records. */
  image: Buffer;
}

/** @throws RecordError; `where` names file, key and offset. */
export function parseImageRecord(payload: Buffer, where: string): ImageRecord {
  if (payload.length < HEADER_BYTES) throw new RecordError(`${where}: ${payload.length} bytes are too few for an image record's 24-byte header.`);
  const flag = payload.readUInt32LE(0);
  const end = HEADER_BYTES + 4 * flag;
  if (flag > MAX_LABELS || end > payload.length) {
    throw new RecordError(`${where}: a header that announces ${flag} labels in a record of ${payload.length} bytes; the file is damaged, copy it again.`);
  }
  const labels =
    flag === 0 ? [payload.readFloatLE(4)] : Array.from({ length: flag }, (_, i) => payload.readFloatLE(HEADER_BYTES + 4 * i));
  return { flag, labels, id: Number(payload.readBigUInt64LE(8)), image: payload.subarray(end) };
}

/** A single label is stored in the header (flag 0), several after it (flag = their number). */
export function encodeImageRecord({ labels, id, image }: { labels: readonly number[]; id: number; image: Uint8Array }): Buffer {
  const flag = labels.length === 1 ? 0 : labels.length;
  const header = Buffer.alloc(HEADER_BYTES + 4 * flag);
  header.writeUInt32LE(flag, 0);
  header.writeFloatLE(flag === 0 ? labels[0]! : 0, 4);
  header.writeBigUInt64LE(BigInt(id), 8);
  if (flag > 0) labels.forEach((label, i) => header.writeFloatLE(label, HEADER_BYTES + 4 * i));
  return Buffer.concat([header, image]);
}
