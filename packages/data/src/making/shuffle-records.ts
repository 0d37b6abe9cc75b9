// A set rewritten in a random order, so that later it can be read from end to end: in two passes over the disk, with bounded memory.
// First every record goes to the bucket that its new place is in, then each bucket is put in order in memory and written.
import { rm, stat } from 'node:fs/promises';
import { DataOptionError } from '../errors.js';
import { Im2recWriter } from '../records/im2rec-writer.js';
import { Random } from '../order/random.js';
import { requireInteger } from '../require-integer.js';
import { buildBeside } from './build-beside.js';
import { requireDiskSpace } from './disk-space.js';
import { rewriteSet, type RewriteOptions } from './rewrite-set.js';
import { readBucket, ShuffleBuckets } from './shuffle-buckets.js';

/** For `onProgress` each image counts twice: when it is read, and when it is written. */
export interface ShuffleRecordsOptions extends RewriteOptions {
  seed?: number;
  /** Bytes of images that are in memory at once, about. */
  memory?: number;
}

const DEFAULT_MEMORY = 2 ** 29;
/** How many files are open at once; the usual limit of a process is 1,024. */
const MAX_BUCKETS = 512;
const PROGRESS_EVERY = 1024;

/**
 * The order is a Fisher–Yates shuffle by `seed` over all images. In im2rec's layout, as InsightFace's own shuffle_rec.py writes: keys from
 * 0, each record with its label; identities keep their numbers. Needs as much free disk as the set has bytes, and one bucket more.
 * @throws DataOptionError for options that do not fit, RecordError for damage, a full disk, or an output that is there.
 */
export async function shuffleRecords(options: ShuffleRecordsOptions): Promise<{ images: number }> {
  const { output, seed = 0, memory = DEFAULT_MEMORY, onSkip, onProgress, signal } = options;
  if (!Number.isInteger(seed)) throw new DataOptionError(`shuffle: seed is ${seed}; expected an integer.`);
  requireInteger('shuffle', 'memory', memory, 1);
  return rewriteSet(options, async (records) => {
    const { imageCount: images, path } = records;
    const { size: bytes } = await stat(path);
    const buckets = Math.min(MAX_BUCKETS, images, Math.ceil(bytes / memory));
    await requireDiskSpace(output, bytes + bytes / buckets);
    let done = 0;
    const step = () => {
      signal?.throwIfAborted();
      if (++done % PROGRESS_EVERY === 0 || done === 2 * images) onProgress?.({ done, total: 2 * images });
    };
    const places = new Random(seed).shuffle(Uint32Array.from({ length: images }, (_, i) => i));
    return buildBeside(output, async (folder) => {
      const spread = await ShuffleBuckets.create(folder, { buckets, images });
      try {
        for await (const { key, label, image } of records.scan(onSkip ? { onSkip } : {})) {
          step();
          await spread.add({ place: places[records.positionOf(key)]!, label, image });
        }
        await spread.flushAll();
      } finally {
        await spread.close();
      }
      return { images: await writeInOrder(spread.paths, folder, step) };
    });
  });
}

async function writeInOrder(buckets: readonly string[], folder: string, step: () => void): Promise<number> {
  const writer = await Im2recWriter.open({ folder });
  let images = 0;
  try {
    for (const bucket of buckets) {
      for (const { image, label } of await readBucket(bucket)) {
        step();
        await writer.addImage(image, label);
        images++;
      }
      await rm(bucket);
    }
    await writer.close();
    return images;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
