// What the functions that make one set of another share: their options, and the set that is read.
import { openRecords } from '../records/open-records.js';
import type { RecordSet, SkippedRecord } from '../records/record-set.js';
import { refuseExisting } from './build-beside.js';

export interface RewriteOptions {
  /** A .rec, or a folder with one. */
  source: string;
  /** A folder that is not there yet. */
  output: string;
  /** With it, damaged records are left out and given here; without, the first one is an error. */
  onSkip?: (skipped: SkippedRecord) => void;
  onProgress?: (progress: { done: number; total: number }) => void;
  signal?: AbortSignal;
}

/**
 * Lets `work` have the source for as long as it takes. @throws RecordError where something is at `output`, or the source cannot be opened.
 */
export async function rewriteSet<T>(
  { source, output, onSkip }: RewriteOptions,
  work: (records: RecordSet) => Promise<T>,
): Promise<T> {
  await refuseExisting(output);
  const records = await openRecords(source, { onCorrupt: onSkip ? 'skip' : 'error' });
  return work(records).finally(() => records.close());
}
