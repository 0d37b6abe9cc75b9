// What the records of a .rec are: InsightFace's face2rec2 puts a header under key 0 and one record per identity after the images; im2rec only images.
import { RecordError } from '../errors.js';
import { readRecord, type RecordFile } from './framing.js';
import { parseImageRecord, type ImageRecord } from './image-record.js';
import { lowerBound, type RecordIndex } from './record-index.js';

export interface Layout {
  name: 'insightface' | 'im2rec';
  /** Keys of the images, ascending. */
  keys: Float64Array;
  /** labels[i] is the identity of keys[i]. */
  labels: Int32Array;
}

/** Reads the header and identity records, or in im2rec's layout each image's own label. @throws RecordError where they contradict the index. */
export async function readLayout(rec: RecordFile, index: RecordIndex): Promise<Layout> {
  const header = index.keys[0] === 0 ? await recordAt(rec, index, 0) : undefined;
  return header && header.flag > 0 ? insightFaceLayout(rec, index, header) : im2recLayout(rec, index);
}

/** Key 0 is labelled [first identity key, end of identity keys); images are the keys before (facts of face2rec2.py). */
async function insightFaceLayout(rec: RecordFile, index: RecordIndex, header: ImageRecord): Promise<Layout> {
  const [firstIdentity, endIdentity] = header.labels as [number, number?];
  if (endIdentity === undefined || !(firstIdentity >= 1 && endIdentity >= firstIdentity)) {
    throw new RecordError(`${rec.path} key 0: its labels [${header.labels.join(', ')}] are no range of identity keys; the file is damaged, copy it again.`);
  }
  const keys = index.keys.filter((key) => key >= 1 && key < firstIdentity);
  const labels = new Int32Array(keys.length).fill(-1);
  const identityPositions = [...index.keys.keys()].filter((i) => index.keys[i]! >= firstIdentity && index.keys[i]! < endIdentity);
  for (const position of identityPositions) {
    const identity = index.keys[position]! - firstIdentity;
    const { labels: range } = await recordAt(rec, index, position);
    const [first, end] = range as [number, number?];
    if (end === undefined || first < 1 || end > firstIdentity) {
      throw new RecordError(`${rec.path} key ${index.keys[position]}: an identity record with images [${range.join(', ')}), but images are keys 1 to ${firstIdentity - 1}.`);
    }
    for (let i = lowerBound(keys, first); i < keys.length && keys[i]! < end; i++) labels[i] = identity;
  }
  const orphan = labels.indexOf(-1);
  if (orphan !== -1) throw new RecordError(`${rec.path}: the image with key ${keys[orphan]} is in no identity record; the file or its .idx is incomplete.`);
  return { name: 'insightface', keys, labels };
}

async function im2recLayout(rec: RecordFile, index: RecordIndex): Promise<Layout> {
  const labels = new Int32Array(index.keys.length);
  for (let position = 0; position < labels.length; position++) {
    const label = (await recordAt(rec, index, position)).labels[0]!;
    if (!Number.isInteger(label)) throw new RecordError(`${rec.path} key ${index.keys[position]}: its label ${label} is no identity number.`);
    labels[position] = label;
  }
  return { name: 'im2rec', keys: index.keys, labels };
}

async function recordAt(rec: RecordFile, index: RecordIndex, position: number): Promise<ImageRecord> {
  const offset = index.offsets[position]!;
  const { payload } = await readRecord(rec, offset);
  return parseImageRecord(payload, `${rec.path} at byte ${offset} (key ${index.keys[position]})`);
}
