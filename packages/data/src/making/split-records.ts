// A set cut in two by identity: nobody is in both.
import { join } from 'node:path';
import { splitByIdentity, type SplitByIdentityOptions } from '../records/split.js';
import { buildBeside } from './build-beside.js';
import { requireDiskSpace } from './disk-space.js';
import { recordBytes } from './record-bytes.js';
import { rewriteSet, type RewriteOptions } from './rewrite-set.js';
import { writeRecords, type WrittenSet } from './write-records.js';

/** The output gets the folders train and test. */
export interface SplitRecordsOptions extends RewriteOptions, Omit<SplitByIdentityOptions, 'validationIdentities'> {}

/**
 * The same identities are held out as by `splitByIdentity` with these options.
 * @throws DataOptionError for fewer than two identities, RecordError for damage, a full disk, or an output that is there.
 */
export function splitRecords(options: SplitRecordsOptions): Promise<{ train: WrittenSet; test: WrittenSet }> {
  const { output, onSkip, onProgress, signal } = options;
  return rewriteSet(options, async (records) => {
    const split = splitByIdentity(records, options);
    const total = records.imageCount;
    await requireDiskSpace(output, await recordBytes(records, total));
    return buildBeside(output, async (folder) => {
      const write = (side: 'train' | 'test', before: number) =>
        writeRecords(records, byIdentity(records.labels, records.keys, split[side]), join(folder, side), {
          onSkip,
          signal,
          onProgress: (done) => onProgress?.({ done: before + done, total }),
        });
      return { train: await write('train', 0), test: await write('test', split.train.length) };
    });
  });
}

/** `chosen`, which is ascending, in the order of labels and within them of keys. */
function byIdentity(labels: Int32Array, keys: Float64Array, chosen: Float64Array): Float64Array {
  const positions = new Uint32Array(chosen.length);
  for (let i = 0, at = 0; i < chosen.length; i++) {
    while (keys[at] !== chosen[i]) at++;
    positions[i] = at;
  }
  return Float64Array.from(
    positions.sort((a, b) => labels[a]! - labels[b]! || a - b),
    (position) => keys[position]!,
  );
}
