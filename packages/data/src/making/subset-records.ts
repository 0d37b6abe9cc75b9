// A part of a set as a set of its own.
import { buildBeside } from './build-beside.js';
import { chooseImages, type ImageChoice } from './choose-images.js';
import { requireDiskSpace } from './disk-space.js';
import { recordBytes } from './record-bytes.js';
import { rewriteSet, type RewriteOptions } from './rewrite-set.js';
import { writeRecords, type WrittenSet } from './write-records.js';

export interface SubsetRecordsOptions extends RewriteOptions, ImageChoice {}

/**
 * Images keep their bytes; identities are renumbered, and identities.tsv says which was which. The folder appears whole or not at all.
 * @throws DataOptionError for choices that do not fit, RecordError for damage, a full disk, or an output that is there.
 */
export function subsetRecords(options: SubsetRecordsOptions): Promise<WrittenSet> {
  const { output, onSkip, onProgress, signal } = options;
  return rewriteSet(options, async (records) => {
    const keys = chooseImages(records, options);
    await requireDiskSpace(output, await recordBytes(records, keys.length));
    return buildBeside(output, (folder) =>
      writeRecords(records, keys, folder, {
        onSkip,
        signal,
        onProgress: (done) => onProgress?.({ done, total: keys.length }),
      }),
    );
  });
}
