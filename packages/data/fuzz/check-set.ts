// Opens a set that may be damaged and reads everything from it, in every way, against what a plain reader finds in the same bytes.
import type { Random } from '../src/order/random.js';
import { RecordError } from '../src/errors.js';
import { openRecordSet } from '../src/records/open-records.js';
import type { FaceRecord, RecordSet } from '../src/records/record-set.js';
import { MemoryFile } from '../test/memory-file.js';
import { referenceReadAt, referenceUnpack } from '../test/reference-recordio.js';
import { FuzzFailure } from '../../../tools/fuzz/target.js';

export interface Expected {
  /** What an image may be labelled, given its key and the first label in its own record. */
  allowsLabel: (label: number, image: { key: number; own: number; layout: string }) => boolean;
  /**
   * What an image must be, if more is known than that it is what lies at its offset; of a set whose index still has most records where they
   * are.
   */
  imageOf?: (key: number) => Buffer | undefined;
  offsetOf?: (key: number) => number | undefined;
}

export async function checkSet(
  rec: Buffer,
  idx: Buffer | undefined,
  random: Random,
  expected: Expected,
): Promise<'read' | 'refused'> {
  const onCorrupt = random.uniform() < 0.5 ? 'skip' : 'error';
  const idxFile = idx && new MemoryFile(idx, { path: 'train.idx' });
  const records = await refusedOr(openRecordSet(new MemoryFile(rec, { path: 'train.rec' }), idxFile, { onCorrupt }));
  if (!(records instanceof RecordError)) await checkRecords(records, rec, expected);
  return records instanceof RecordError ? 'refused' : 'read';
}

async function checkRecords(
  records: RecordSet,
  rec: Buffer,
  { allowsLabel, imageOf, offsetOf }: Expected,
): Promise<void> {
  const inPlace = records.keys.filter((key) => records.offsetOf(key) === offsetOf?.(key)).length;
  const isKnown = inPlace > records.imageCount / 2; // else the ids in the records may as well mean nothing, as in some sets
  const whole = new Map<number, FaceRecord>();
  for (const key of records.keys) {
    const record = await refusedOr(records.read(key));
    if (record instanceof RecordError) continue;
    const offset = records.offsetOf(key);
    const payload = referenceReadAt(rec, offset);
    if (!payload) throw new FuzzFailure(`key ${key}: read, but no record begins at byte ${offset}`);
    const { labels, image } = referenceUnpack(payload);
    if (record.key !== key || !record.image.equals(Buffer.from(image)))
      throw new FuzzFailure(`key ${key}: its image is not the one at byte ${offset}`);
    const known = isKnown ? imageOf?.(key) : undefined;
    if (known && !record.image.equals(known)) throw new FuzzFailure(`key ${key}: another key's image`);
    if (
      record.label !== records.labels[records.positionOf(key)] ||
      !allowsLabel(record.label, {
        key,
        own: labels[0]!,
        layout: records.contradicting > 0 ? 'im2rec' : records.layout,
      })
    ) {
      throw new FuzzFailure(`key ${key}: label ${record.label} is wrong`);
    }
    whole.set(key, record);
  }
  const seen: FaceRecord[] = [];
  for await (const record of records.scan({ onSkip: () => {} })) seen.push(record);
  const many = await records.readMany(records.keys, { onSkip: () => {} });
  for (const [way, found] of Object.entries({ scan: seen, readMany: many })) {
    const isSame =
      found.length === whole.size &&
      found.every(({ key, label, image }) => whole.get(key)?.image.equals(image) && whole.get(key)?.label === label);
    if (!isSame) throw new FuzzFailure(`${way} finds ${found.length} records, read finds ${whole.size}, or others`);
  }
}

/** Lin's own error as a value; any other is thrown. One about bytes of a file names it. */
export async function refusedOr<T>(answer: Promise<T>): Promise<T | RecordError> {
  return answer.catch((error: unknown) => {
    if (!(error instanceof RecordError)) throw error;
    if (!error.file) throw new FuzzFailure(`an error that names no file: ${error.message}`);
    if (/at byte \d+/.test(error.message) && error.offset === undefined)
      throw new FuzzFailure(`an error that has no offset: ${error.message}`);
    return error;
  });
}
