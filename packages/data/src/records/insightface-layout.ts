// InsightFace's layout (face2rec2.py): key 0 is labelled [first identity key, end of identity keys), each identity record
// [first image key, end of image keys), and images are the keys from 1 to the first identity's.
import { RecordError } from '../errors.js';
import { exactBoundaries, float32Slack, type IdentityRange } from './exact-boundaries.js';
import { contradictingRanges } from './contradictions.js';
import { IdCount, strangerError } from '../recordio/id-count.js';
import { parseImageRecord, type ImageRecord, type PayloadPlace } from '../recordio/image-record.js';
import type { Layout } from './layout.js';
import { readImageRecord } from '../recordio/read-image.js';
import { inFileOrder, readRows } from '../recordio/read-rows.js';
import type { RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';
import { lowerBound } from '../recordio/search.js';

/**
 * Reads the identity records; an image's identity is the rank of the one whose range holds its key.
 * @throws RecordError where one of them is damaged, an image is nobody's or two people's, or they contradict the header.
 */
export async function insightFaceLayout(rec: RecordFile, index: RecordIndex, header: ImageRecord): Promise<Layout> {
  const identityKeys = await identityKeyRange(rec, index, header);
  await checkLastImage(rec, index, identityKeys.first);
  const { identities, idsAreKeys } = await readIdentities(rec, index, identityKeys);
  const ranges = await exactBoundaries(rec, index, identities, identityKeys.first);
  const keys = index.keys.subarray(lowerBound(index.keys, 1), lowerBound(index.keys, identityKeys.first));
  const labels = new Int32Array(keys.length).fill(NOBODY);
  let last = 0;
  for (const { key, first, end } of ranges) {
    if (first < last) {
      const found = `its images begin at key ${first}, but the identity before ends at ${last}`;
      const offset = index.offsets.at(index.rowOf(key));
      throw new RecordError(`${rec.path} key ${key}: ${found}; the file is damaged, copy it again.`, {
        file: rec.path,
        offset,
      });
    }
    labels.fill(key - identityKeys.first, lowerBound(keys, first), lowerBound(keys, end));
    last = end;
  }
  const orphan = labels.indexOf(NOBODY);
  if (orphan === -1) {
    const rowsOf = ({ first, end }: IdentityRange) => ({
      start: lowerBound(index.keys, first),
      end: lowerBound(index.keys, end),
    });
    const contradicting = await contradictingRanges(rec, index, ranges.map(rowsOf));
    return { name: 'insightface', keys, labels, idsAreKeys, contradicting };
  }
  const found = `the image with key ${keys[orphan]} is in no identity record`;
  throw new RecordError(`${rec.path}: ${found}; the file or its .idx is incomplete.`, { file: rec.path });
}

const NOBODY = -1;

interface KeyRange {
  first: number;
  end: number;
}

/** Keys of the identity records. The header has them in float32: from 2²⁴ on it is a hint, and the records themselves say. */
async function identityKeyRange(rec: RecordFile, index: RecordIndex, header: ImageRecord): Promise<KeyRange> {
  const [first = NaN, end = NaN] = header.labels;
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(end) && first >= 1 && end >= first)) {
    const labels = header.labels.slice(0, 4).join(', ');
    throw new RecordError(
      `${rec.path} key 0: its labels [${labels}] are no range of identity keys; the file is damaged, copy it again.`,
      {
        file: rec.path,
        offset: index.offsets.at(0),
      },
    );
  }
  if (float32Slack(end) === 0) return { first, end };
  const near = (value: number): [number, number] => {
    const slack = float32Slack(value);
    return [lowerBound(index.keys, value - slack), lowerBound(index.keys, value + slack + 1)];
  };
  const isIdentity = async (row: number) => (await readImageRecord(rec, index, row)).image.length === 0;
  const [lowest, limit] = near(first);
  let firstRow = lowest;
  while (firstRow < limit && !(await isIdentity(firstRow))) firstRow++;
  const [least, highest] = near(end);
  let endRow = highest;
  while (endRow > Math.max(least, firstRow) && !(await isIdentity(endRow - 1))) endRow--;
  return { first: index.keys[firstRow] ?? first, end: endRow > firstRow ? index.keys[endRow - 1]! + 1 : end };
}

/** A header that names too high a key would make images of identity records. */
async function checkLastImage(rec: RecordFile, index: RecordIndex, firstIdentity: number): Promise<void> {
  const row = lowerBound(index.keys, firstIdentity) - 1;
  // one that is damaged is found so when it is read
  const record = row > 0 ? await readImageRecord(rec, index, row).catch(() => undefined) : undefined;
  if (record?.image.length !== 0) return;
  throw new RecordError(
    `${rec.path} key ${index.keys[row]}: a record without an image, but key 0 says that images are keys 1 to ${firstIdentity - 1}.`,
    {
      file: rec.path,
      offset: index.offsets.at(row),
    },
  );
}

async function readIdentities(rec: RecordFile, index: RecordIndex, { first, end }: KeyRange) {
  const rows: number[] = [];
  for (let row = lowerBound(index.keys, first); row < lowerBound(index.keys, end); row++) rows.push(row);
  const identities: IdentityRange[] = [];
  const ids = new IdCount();
  for await (const block of readRows(rec, index, inFileOrder(index, rows))) {
    for (const { row, offset, payload } of block) {
      const key = index.keys[row]!;
      if (payload instanceof RecordError) throw payload;
      const record = parseImageRecord(payload, { path: rec.path, offset, key });
      identities.push(identityOf(record, first, { path: rec.path, offset, key }));
      ids.add(record.id, key);
    }
  }
  for (const key of ids.strangers) throw strangerError(rec.path, { key, offset: index.offsets.at(index.rowOf(key)) });
  if (!ids.areKeys && ids.othersDiffer) {
    const found = 'its identity records say that they are others';
    throw new RecordError(`${rec.path}: ${found}; it or its .idx is damaged or another set's, copy both again.`, {
      file: rec.path,
    });
  }
  return { identities: identities.sort((a, b) => a.key - b.key), idsAreKeys: ids.areKeys };
}

function identityOf(
  { labels, image }: ImageRecord,
  firstIdentity: number,
  { path, offset, key }: Required<PayloadPlace>,
): IdentityRange {
  const [first = NaN, end = NaN] = labels;
  const isRange =
    Number.isSafeInteger(first) &&
    Number.isSafeInteger(end) &&
    first >= 1 &&
    first <= end &&
    end <= firstIdentity + float32Slack(end);
  if (isRange && image.length === 0) return { key, first, end };
  throw new RecordError(
    `${path} key ${key}: an identity record with images [${first}, ${end}), but images are keys 1 to ${firstIdentity - 1}.`,
    {
      file: path,
      offset,
    },
  );
}
