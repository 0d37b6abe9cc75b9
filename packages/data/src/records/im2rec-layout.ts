// im2rec's layout: every record is an image with its own label (mxnet tools/im2rec.py).
import { RecordError } from '../errors.js';
import { parseImageRecord } from '../recordio/image-record.js';
import { IdCount, strangerError } from '../recordio/id-count.js';
import type { Layout } from './layout.js';
import { readRows } from '../recordio/read-rows.js';
import type { RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';

const MAX_IDENTITY = 2 ** 31 - 1;
const LEFT_OUT = -1;

export interface OwnLabelOptions {
  /** Is given each record that is left out. */
  onCorrupt: (error: RecordError) => void;
  /** Records without an image are InsightFace's identities, not damage. */
  hasIdentityRecords: boolean;
}

/** Reads the whole file: the labels are in the records alone. */
export async function im2recLayout(
  rec: RecordFile,
  index: RecordIndex,
  { onCorrupt, hasIdentityRecords }: OwnLabelOptions,
): Promise<Layout> {
  const labels = new Int32Array(index.length).fill(LEFT_OUT);
  const ids = new IdCount();
  let isNoted = hasIdentityRecords; // once: they come by the thousand
  for await (const block of readRows(rec, index, index.fileOrder)) {
    for (const { row, offset, payload } of block) {
      const key = index.keys[row]!;
      try {
        if (payload instanceof RecordError) throw payload;
        const record = parseImageRecord(payload, { path: rec.path, offset, key });
        if (record.image.length === 0) {
          if (!isNoted) onCorrupt(imageless(rec.path, offset, key));
          isNoted = true;
          continue;
        }
        labels[row] = labelOf(record, rec.path, offset, key);
        ids.add(record.id, key);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        onCorrupt(error);
      }
    }
  }
  for (const key of ids.strangers) {
    const row = index.rowOf(key);
    onCorrupt(strangerError(rec.path, { key, offset: index.offsets.at(row) }));
    labels[row] = LEFT_OUT;
  }
  const idsAreKeys = ids.areKeys;
  if (!labels.includes(LEFT_OUT)) return { name: 'im2rec', keys: index.keys, labels, idsAreKeys, contradicting: 0 };
  const keys = index.keys.filter((_, i) => labels[i] !== LEFT_OUT);
  return { name: 'im2rec', keys, labels: labels.filter((label) => label !== LEFT_OUT), idsAreKeys, contradicting: 0 };
}

/** Of several labels the first is the identity, as InsightFace's loader takes it. */
function labelOf({ labels: [label = NaN] }: { labels: number[] }, path: string, offset: number, key: number): number {
  if (Number.isInteger(label) && label >= 0 && label <= MAX_IDENTITY) return label;
  throw new RecordError(`${path} key ${key}: its label ${label} is no identity number.`, { file: path, offset });
}

function imageless(path: string, offset: number, key: number): RecordError {
  return new RecordError(
    `${path} key ${key}: a record without an image; in InsightFace's layout, its key 0 is missing or wrong: ` +
      'delete the .idx to have it rebuilt, or copy both files again.',
    {
      file: path,
      offset,
    },
  );
}
