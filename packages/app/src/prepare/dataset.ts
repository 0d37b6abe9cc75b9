// The records of a run and their split: the user's own, or the sample set, made once.
import { join } from 'node:path';
import {
  ensureSampleSet,
  openRecords,
  SkippedRecords,
  splitByIdentity,
  type IdentitySplit,
  type RecordSet,
} from '@lin/data';
import type { DamagePolicy } from './distillation-data.js';
import type { Config } from '../config/schema.js';
import { note, progressOf } from '../terminal/console.js';
import { UsageError } from '@lin/command-line';
import { cacheFolder } from '../config/workspace.js';
import { Unembedded } from './unembedded.js';

export interface Dataset {
  records: RecordSet;
  fingerprint: string;
  split: IdentitySplit;
  /** The damaged records that were left out in this session so far. */
  skipped: SkippedRecords;
  /** The images that the teacher gives no embedding. */
  unembedded: Unembedded;
  /** What is done about damaged records, wherever images are read. */
  damage: Required<DamagePolicy>;
}

/** @throws RecordError for records that are missing or damaged; UsageError where the batch size does not fit them. */
export async function openDataset({ data, linearizer, validation }: Config): Promise<Dataset> {
  const records = await openRecords(data.ms1mv2.path ?? (await samplePath(data)), { onCorrupt: data.on_corrupt });
  try {
    const split = splitByIdentity(records, {
      testFraction: data.test_fraction,
      validationIdentities: validation.identities,
      ...(data.limit_train_images !== null && { trainImages: data.limit_train_images }),
      seed: data.seed,
    });
    const heldOut = split.validation.length + split.test.length;
    const leftOut = records.imageCount - heldOut - split.train.length;
    if (linearizer.batch_size > split.train.length) {
      const limited = leftOut > 0 ? ', and data.limit_train_images leaves the rest out' : '';
      throw new UsageError(
        `linearizer.batch_size is ${linearizer.batch_size}, but ${records.path} has ${split.train.length} ` +
          `training images (${heldOut} more are held out${limited}); choose a smaller one.`,
      );
    }
    const kind = data.ms1mv2.path === null ? 'sample set of synthetic faces' : `${records.layout} records`;
    const validating = split.validation.length > 0 ? `${split.validation.length} validation, ` : '';
    note(
      `Data     ${records.path}: ${kind}, ${records.imageCount} images of ${records.identityCount} identities; ` +
        `${split.train.length} train, ${validating}${split.test.length} test` +
        (leftOut > 0 ? `; ${leftOut} are left out (data.limit_train_images)` : ''),
    );
    const skipped = new SkippedRecords();
    const damage = { onCorrupt: data.on_corrupt, maxCorrupt: data.max_corrupt, onSkip: skipped.add };
    const unembedded = new Unembedded(records.keys, data.max_corrupt);
    return { records, fingerprint: await records.fingerprint(), split, skipped, unembedded, damage };
  } catch (error) {
    await records.close();
    throw error;
  }
}

async function samplePath({ sample, seed }: Config['data']): Promise<string> {
  const folder = join(cacheFolder(), `sample-${sample.identities}x${sample.images_per_identity}-seed${seed}`);
  const progress = progressOf('Data     drawing the sample set, once', 'images');
  try {
    await ensureSampleSet(folder, {
      identities: sample.identities,
      imagesPerIdentity: sample.images_per_identity,
      seed,
      onProgress: ({ images, total }) => progress.update({ done: images, total }),
    });
  } finally {
    progress.close();
  }
  return folder;
}
