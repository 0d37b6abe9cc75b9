// A part of a set as a set of its own.
import { openRecords, type SkippedRecord } from '../record-set.js';
import { buildBeside, refuseExisting } from './build-beside.js';
import { chooseImages, type ImageChoice } from './choose-images.js';
import { requireDiskSpace } from './disk-space.js';
import { recordBytes } from './record-bytes.js';
import { writeRecords, type WrittenSet } from './write-records.js';

export interface SubsetRecordsOptions extends ImageChoice {
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
 * Images keep their bytes; identities are numbered anew, and identities.tsv says which was which. The folder appears whole or not at all.
 * @throws DataOptionError for choices that do not fit, RecordError for damage, a full disk, or an output that is there.
 */
export async function subsetRecords({ source, output, onSkip, onProgress, signal, ...choice }: SubsetRecordsOptions): Promise<WrittenSet> {
  await refuseExisting(output);
  const records = await openRecords(source, { onCorrupt: onSkip ? 'skip' : 'error' });
  try {
    const keys = chooseImages(records, choice);
    await requireDiskSpace(output, await recordBytes(records, keys.length));
    return await buildBeside(output, (folder) =>
      writeRecords(records, keys, folder, { onSkip, signal, onProgress: (done) => onProgress?.({ done, total: keys.length }) }),
    );
  } finally {
    await records.close();
  }
}
