// What the records of a .rec are: InsightFace's face2rec2 puts a header under key 0 and one record per identity after the images; im2rec only images.
import { RecordError } from '../errors.js';
import { readingAhead, readRecord, type BytesAt, type RecordFile } from './framing.js';
import { parseImageRecord, type ImageRecord } from './image-record.js';
import { lowerBound, SCAN_BYTES, type RecordIndex } from './record-index.js';

export interface Layout {
  name: 'insightface' | 'im2rec';
  /** Keys of the images, ascending. */
  keys: Float64Array;
  /** labels[i] is the identity of keys[i]. */
  labels: Int32Array;
}

const MAX_IDENTITY = 2 ** 31 - 1;

/** Reads the header and identity records, or in im2rec's layout each image's own label. @throws RecordError where they contradict the index. */
export async function readLayout(rec: RecordFile, index: RecordIndex): Promise<Layout> {
  const header = index.keys[0] === 0 ? await recordOf(rec, index, 0) : undefined;
  const layout = header && header.flag > 0 ? await insightFaceLayout(rec, index, header) : await im2recLayout(rec, index);
  if (layout.keys.length === 0) throw new RecordError(`${rec.path} holds no images.`);
  return layout;
}

/** Key 0 is labelled [first identity key, end of identity keys); images are the keys before (face2rec2.py). */
async function insightFaceLayout(rec: RecordFile, index: RecordIndex, header: ImageRecord): Promise<Layout> {
  const [firstIdentity = NaN, endIdentity = NaN] = header.labels;
  if (!(firstIdentity >= 1 && endIdentity >= firstIdentity)) {
    throw new RecordError(`${rec.path} key 0: its labels [${header.labels.join(', ')}] are no range of identity keys; the file is damaged, copy it again.`);
  }
  const position = (key: number) => lowerBound(index.keys, key);
  const keys = index.keys.slice(position(1), position(firstIdentity));
  const labels = new Int32Array(keys.length).fill(-1);
  await scan(rec, index, position(firstIdentity), position(endIdentity), (key, { labels: [first = NaN, end = NaN] }) => {
    if (!(first >= 1 && first <= end && end <= firstIdentity)) {
      throw new RecordError(`${rec.path} key ${key}: an identity record with images [${first}, ${end}), but images are keys 1 to ${firstIdentity - 1}.`);
    }
    labels.fill(key - firstIdentity, lowerBound(keys, first), lowerBound(keys, end));
  });
  const orphan = labels.indexOf(-1);
  if (orphan !== -1) throw new RecordError(`${rec.path}: the image with key ${keys[orphan]} is in no identity record; the file or its .idx is incomplete.`);
  return { name: 'insightface', keys, labels };
}

async function im2recLayout(rec: RecordFile, index: RecordIndex): Promise<Layout> {
  const labels = new Int32Array(index.keys.length);
  await scan(rec, index, 0, labels.length, (key, { labels: [label = NaN], image }, position) => {
    if (!(Number.isInteger(label) && label >= 0 && label <= MAX_IDENTITY)) {
      throw new RecordError(`${rec.path} key ${key}: its label ${label} is no identity number.`);
    }
    if (image.length === 0) {
      throw new RecordError(`${rec.path} key ${key}: a record without an image; in InsightFace's layout, its key 0 is missing: copy both files again.`);
    }
    labels[position] = label;
  });
  return { name: 'im2rec', keys: index.keys, labels };
}

/** Visits the records at positions [start, end) of the index in the order of the file. */
async function scan(rec: RecordFile, index: RecordIndex, start: number, end: number, visit: (key: number, record: ImageRecord, position: number) => void) {
  const positions = new Uint32Array(end - start).map((_, i) => start + i);
  const { offsets } = index;
  if (positions.some((p, i) => i > 0 && offsets[p]! < offsets[p - 1]!)) positions.sort((a, b) => offsets[a]! - offsets[b]!);
  const bytesAt = readingAhead(rec, SCAN_BYTES);
  for (const position of positions) visit(index.keys[position]!, await recordOf(rec, index, position, bytesAt), position);
}

async function recordOf(rec: RecordFile, { keys, offsets }: RecordIndex, position: number, bytesAt?: BytesAt): Promise<ImageRecord> {
  const offset = offsets[position]!;
  const { payload } = await readRecord(rec, offset, bytesAt);
  return parseImageRecord(payload, `${rec.path} at byte ${offset} (key ${keys[position]})`);
}
