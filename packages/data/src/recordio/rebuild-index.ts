// The index of a .rec from its records alone: keys are the ids in their headers, or their ranks where most ids repeat or cannot be keys.
import { RecordError } from '../errors.js';
import { fail } from './parse-index.js';
import { Offsets } from './offsets.js';
import type { RecordFile } from './record-file.js';
import { RecordIndex } from './record-index.js';
import { recordsWithoutIndex } from './recover.js';

export interface RebuildOptions {
  /** Is given each damaged range; without it the first one is thrown. */
  onDamage?: (error: RecordError, recordsBefore: number) => void;
  onProgress?: (progress: { bytes: number; total: number }) => void;
}

export interface RebuiltIndex {
  /** Rows in the order of the file. */
  keys: Float64Array;
  offsets: Offsets;
  keysAre: 'ids' | 'ranks';
  images: number;
}

const PROGRESS_BYTES = 2 ** 26;

/** Reads the whole file. @throws RecordError where it holds no records, or is damaged and has no ids to tell which records are left. */
export async function rebuildIndex(
  rec: RecordFile,
  { onDamage = fail, onProgress }: RebuildOptions = {},
): Promise<RebuiltIndex> {
  const ids: number[] = [];
  const offsets: number[] = [];
  const imageless = new Set<number>();
  let reported = 0;
  let isDamaged = false;
  const note = (error: RecordError) => {
    isDamaged = true;
    onDamage(error, offsets.length);
  };
  for await (const { offset, end, id, image } of recordsWithoutIndex(rec, note)) {
    if (image.length === 0) imageless.add(offset);
    ids.push(id);
    offsets.push(offset);
    if (end - reported >= PROGRESS_BYTES || end === rec.size)
      onProgress?.({ bytes: (reported = end), total: rec.size });
  }
  if (offsets.length === 0)
    throw new RecordError(`${rec.path} holds no records: expected RecordIO.`, { file: rec.path });
  const bad = badIds(ids);
  if (bad.length < ids.length / 2) {
    for (const i of bad) onDamage(badIdError(rec, offsets[i]!, offsets[i + 1] ?? rec.size), i);
    const badRows = new Set(bad);
    const good = (values: number[]) => (bad.length === 0 ? values : values.filter((_, i) => !badRows.has(i)));
    const [keys, starts] = [good(ids), good(offsets)];
    const images =
      starts.length - (bad.length === 0 ? imageless.size : starts.filter((start) => imageless.has(start)).length);
    return { keys: Float64Array.from(keys), offsets: Offsets.from(starts), keysAre: 'ids', images };
  }
  const ranks = Float64Array.from(ids, (_, rank) => rank);
  if (!isDamaged)
    return { keys: ranks, offsets: Offsets.from(offsets), keysAre: 'ranks', images: ids.length - imageless.size };
  const found = 'most ids in its records repeat, so that which key is which cannot be told';
  throw new RecordError(`${rec.path} is damaged, and ${found}; copy it again.`, { file: rec.path });
}

/** As a RecordIndex, for a set that is opened without an .idx. */
export async function indexFromRecords(rec: RecordFile, onCorrupt: (error: RecordError) => void): Promise<RecordIndex> {
  const { keys, offsets } = await rebuildIndex(rec, { onDamage: onCorrupt });
  return new RecordIndex(keys, offsets, rec.path);
}

/** Positions of ids that are there twice, or no keys. */
function badIds(ids: readonly number[]): number[] {
  const sorted = Float64Array.from(ids).sort();
  const repeated = new Set<number>();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) repeated.add(sorted[i]!);
  const bad: number[] = [];
  for (let i = 0; i < ids.length; i++) if (!Number.isSafeInteger(ids[i]) || repeated.has(ids[i]!)) bad.push(i);
  return bad;
}

function badIdError({ path }: RecordFile, offset: number, end: number): RecordError {
  return new RecordError(
    `${path} at byte ${offset}: the record's id is another one's too, or no key; the file is damaged, copy it again.`,
    {
      file: path,
      offset,
      end,
    },
  );
}
