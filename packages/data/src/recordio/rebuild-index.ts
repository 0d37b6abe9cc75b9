// The index of a .rec from its records alone: keys are the ids in their headers, or their ranks where ids repeat or cannot be keys.
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

/** Reads the whole file. @throws RecordError where it holds no records. */
export async function rebuildIndex(rec: RecordFile, { onDamage = fail, onProgress }: RebuildOptions = {}): Promise<RebuiltIndex> {
  const ids: number[] = [];
  const offsets: number[] = [];
  let images = 0;
  let reported = 0;
  for await (const { offset, end, id, image } of recordsWithoutIndex(rec, (error) => onDamage(error, offsets.length))) {
    ids.push(id);
    offsets.push(offset);
    if (image.length > 0) images++;
    if (end - reported >= PROGRESS_BYTES || end === rec.size) onProgress?.({ bytes: (reported = end), total: rec.size });
  }
  if (offsets.length === 0) throw new RecordError(`${rec.path} holds no records: expected RecordIO.`, { file: rec.path });
  const unique = areUniqueKeys(ids);
  return {
    keys: unique ? Float64Array.from(ids) : Float64Array.from(ids, (_, rank) => rank),
    offsets: Offsets.from(offsets),
    keysAre: unique ? 'ids' : 'ranks',
    images,
  };
}

/** As a RecordIndex, for a set that is opened without an .idx. */
export async function indexFromRecords(rec: RecordFile, onCorrupt: (error: RecordError) => void): Promise<RecordIndex> {
  const { keys, offsets } = await rebuildIndex(rec, { onDamage: onCorrupt });
  return new RecordIndex(keys, offsets, rec.path);
}

function areUniqueKeys(ids: readonly number[]): boolean {
  if (!ids.every(Number.isSafeInteger)) return false;
  const sorted = Float64Array.from(ids).sort();
  return sorted.every((id, i) => i === 0 || id !== sorted[i - 1]);
}
