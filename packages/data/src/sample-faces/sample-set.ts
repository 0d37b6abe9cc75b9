// The sample set: synthetic faces in genuine MS1MV2-format records, so that everything can be tried where no real records are.
// It teaches a model nothing about real people and holds none.
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { exists, moveIntoPlace } from '@lin/files';
import { DataOptionError } from '../errors.js';
import { orderedMap } from '../order/ordered-map.js';
import { RecordWriter } from '../records/record-writer.js';
import { requireInteger } from '../require-integer.js';
import { drawIdentity } from './draw-identity.js';
import { DrawingThreads } from './drawing-threads.js';

export interface SampleSetOptions {
  identities?: number;
  imagesPerIdentity?: number;
  seed?: number;
  onProgress?: (progress: { images: number; total: number }) => void;
}

export const IDENTITIES = 420;
export const IMAGES_PER_IDENTITY = 10;

/** Threads take as long to begin as this many faces to draw. */
const FEWEST_FOR_THREADS = 1000;
/** Beyond this the thread that writes is what limits. */
const MOST_THREADS = 16;

/** A set that is being written grows every second; one that has not for this long was left behind by a process that was killed. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Writes the sample set's train.rec, train.idx and property into `folder`, unless it has a train.rec. The folder appears whole or not at
 * all; the same options give the same faces.
 * @throws DataOptionError for counts that are no positive integers, a seed that is no integer, or a folder that holds something else.
 */
export async function ensureSampleSet(
  folder: string,
  { identities = IDENTITIES, imagesPerIdentity = IMAGES_PER_IDENTITY, seed = 0, onProgress }: SampleSetOptions = {},
): Promise<void> {
  for (const [name, value] of Object.entries({ identities, imagesPerIdentity })) {
    requireInteger('ensureSampleSet', name, value, 1);
  }
  if (!Number.isInteger(seed)) throw new DataOptionError(`ensureSampleSet: seed is ${seed}; expected an integer.`);
  const target = resolve(folder);
  const isMade = () => exists(join(target, 'train.rec'));
  if (await isMade()) return;
  if (!(await isFree(target))) {
    if (await isMade()) return; // by another process, meanwhile
    throw new DataOptionError(`${target} is there and is no sample set; remove it, or choose another folder.`);
  }

  await mkdir(dirname(target), { recursive: true });
  await removeAbandoned(target);
  const beside = await mkdtemp(partialPrefix(target));
  try {
    await writeFaces(join(beside, SET), { identities, imagesPerIdentity, seed, ...(onProgress && { onProgress }) });
    await moveIntoPlace(join(beside, SET), target).catch(async (error: unknown) => {
      if (!(await isMade())) throw error; // another process was first, with the same faces
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

const SET = 'set';
const partialPrefix = (target: string) => `${target}.partial-`;

/** Whether a folder can be moved to `path`: nothing is there, or an empty folder. */
async function isFree(path: string): Promise<boolean> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : undefined,
  );
  return entries?.length === 0;
}

async function removeAbandoned(target: string): Promise<void> {
  const prefix = basename(partialPrefix(target));
  for (const name of (await readdir(dirname(target))).filter((name) => name.startsWith(prefix))) {
    const partial = join(dirname(target), name);
    const records = await stat(join(partial, SET, 'train.rec.partial')).catch(() => undefined);
    if (records && Date.now() - records.mtimeMs > ABANDONED_AFTER_MS)
      await rm(partial, { recursive: true, force: true });
  }
}

type FacesToWrite = Required<Omit<SampleSetOptions, 'onProgress'>> & Pick<SampleSetOptions, 'onProgress'>;

async function writeFaces(
  folder: string,
  { identities, imagesPerIdentity, seed, onProgress }: FacesToWrite,
): Promise<void> {
  const total = identities * imagesPerIdentity;
  const cores = Math.min(MOST_THREADS, availableParallelism());
  const threads = total >= FEWEST_FOR_THREADS ? new DrawingThreads(cores) : undefined;
  const draw = (identity: number) => {
    const toDraw = { seed, identity, images: imagesPerIdentity };
    return threads ? threads.draw(toDraw) : drawIdentity(toDraw);
  };
  const writer = await RecordWriter.open({ folder });
  try {
    for await (const jpegs of orderedMap(Array(identities).keys(), 4 * cores, draw)) {
      writer.startIdentity();
      for (const jpeg of jpegs) {
        const images = await writer.addImage(jpeg);
        onProgress?.({ images, total });
      }
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  } finally {
    await threads?.close();
  }
}
