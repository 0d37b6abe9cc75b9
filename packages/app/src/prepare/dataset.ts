// The records of a run and their split: the user's own, with drawn faces beside them where those are wanted, or the sample set, made once.
import { join } from 'node:path';
import {
  ensureSampleSet,
  joinRecords,
  openRecords,
  SkippedRecords,
  splitByIdentity,
  type IdentitySplit,
  type JoinedRecords,
  type RecordSet,
} from '@lin/data';
import type { DamagePolicy } from './damage-policy.js';
import type { Config } from '../config/schema.js';
import { note, progressOf } from '../terminal/console.js';
import { UsageError } from '@lin/command-line';
import { cacheFolder } from '../config/workspace.js';
import { Unembedded } from './unembedded.js';

/** A set of records that the teacher embeds. */
export interface EmbeddedRecords {
  records: RecordSet;
  fingerprint: string;
  /** Of its images in what training reads: for the user's records and the sample set the set's own. */
  keys: Float64Array;
  /** The images that the teacher gives no embedding. */
  unembedded: Unembedded;
}

export interface Dataset extends EmbeddedRecords {
  split: IdentitySplit;
  /** Faces that are drawn to be trained on beside the images of `records`; nobody of them validates or is held out. */
  drawn?: EmbeddedRecords;
  /** What training reads: the training images, and the drawn faces where there are some. */
  training: { records: RecordSet | JoinedRecords; keys: Float64Array };
  /** The damaged records that were left out in this session so far. */
  skipped: SkippedRecords;
  /** What is done about damaged records, wherever images are read. */
  damage: Required<DamagePolicy>;
  close(): Promise<void>;
}

/** Each by itself is embedded. */
export const embeddedSets = (dataset: Dataset): EmbeddedRecords[] =>
  dataset.drawn ? [dataset, dataset.drawn] : [dataset];

/** @throws RecordError for records that are missing or damaged; UsageError where the batch size does not fit them. */
export async function openDataset(config: Config): Promise<Dataset> {
  const { data } = config;
  const opened: RecordSet[] = [];
  const open = async (path: string) => {
    const records = await openRecords(path, { onCorrupt: data.on_corrupt });
    opened.push(records);
    return records;
  };
  const close = async () => {
    for (const records of opened) await records.close();
  };
  try {
    const records = await open(data.ms1mv2.path ?? (await samplePath(data)));
    const drawn = data.sample.beside ? await open(await samplePath(data)) : undefined;
    return { ...(await datasetOf(config, records, drawn)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function datasetOf(
  { data, linearizer, validation }: Config,
  records: RecordSet,
  drawn: RecordSet | undefined,
): Promise<Omit<Dataset, 'close'>> {
  const split = splitByIdentity(records, {
    testFraction: data.test_fraction,
    validationIdentities: validation.identities,
    ...(data.limit_train_images !== null && { trainImages: data.limit_train_images }),
    seed: data.seed,
  });
  const setOf = async (set: RecordSet, keys: Float64Array): Promise<EmbeddedRecords> => ({
    records: set,
    fingerprint: await set.fingerprint(),
    keys,
    unembedded: new Unembedded(keys, data.max_corrupt),
  });
  const joined = drawn && joinRecords(records, drawn);
  const beside = joined && (await setOf(drawn, joined.keys.slice(records.imageCount)));
  const training = {
    records: joined ?? records,
    keys: beside ? concatenated(split.train, beside.keys) : split.train,
  };
  const heldOut = split.validation.length + split.test.length;
  const leftOut = records.imageCount - heldOut - split.train.length;
  if (linearizer.batch_size > training.keys.length) {
    const limited = leftOut > 0 ? ', and data.limit_train_images leaves the rest out' : '';
    throw new UsageError(
      `linearizer.batch_size is ${linearizer.batch_size}, but ${training.records.path} has ${training.keys.length} ` +
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
  if (drawn)
    note(`Data     ${drawn.imageCount} drawn faces of ${drawn.identityCount} identities are trained on beside them`);
  const skipped = new SkippedRecords();
  return {
    ...(await setOf(records, records.keys)),
    split,
    ...(beside && { drawn: beside }),
    training,
    skipped,
    damage: { onCorrupt: data.on_corrupt, maxCorrupt: data.max_corrupt, onSkip: skipped.add },
  };
}

function concatenated(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
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
