// Verification packs: pairs drawn from a set, or listed in LFW's pairs.txt over image folders, as InsightFace's .bin.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError } from '../errors.js';
import { openRecords } from '../records/open-records.js';
import { writeVerificationPack } from '../packs/write-verification-pack.js';
import { drawPairs, type DrawPairsOptions } from './draw-pairs.js';
import { parseLfwPairs, type ListedImage } from './lfw-pairs.js';
import { orderedMap } from '../order/ordered-map.js';
import { checkPrepareOptions, prepareImage, type PrepareOptions } from './prepare-image.js';

export interface WritePairsOptions extends DrawPairsOptions {
  /** A .rec, or a folder with one. */
  source: string;
  /** A .bin that is not there yet. */
  output: string;
}

export interface WriteListedPairsOptions extends PrepareOptions {
  /** A folder with one sub-folder for each name; image 7 of a name is its file name_0007 with any extension. */
  folder: string;
  /** Path of the pairs.txt. */
  list: string;
  output: string;
}

export interface WrittenPairs {
  pairs: number;
}

/** Many JPEGs of a few KB and no more: read and made ready so many at once. */
const AHEAD = 64;

/** Draws the pairs by `drawPairs`; images keep their bytes. @throws DataOptionError and RecordError, also for an output that is there. */
export async function writePairs({ source, output, ...options }: WritePairsOptions): Promise<WrittenPairs> {
  const records = await openRecords(source);
  try {
    const pairs = drawPairs(records, options);
    const keys = pairs.flatMap(({ first, second }) => [first, second]);
    const images = orderedMap(keys, AHEAD, async (key) => (await records.read(key)).image);
    await writeVerificationPack(output, { images, same: pairs.map(({ same }) => same) });
    return { pairs: pairs.length };
  } finally {
    await records.close();
  }
}

/**
 * Images are made ready as by `importFolder`.
 * @throws RecordError for a list that is not LFW's, an image that is not there or damaged, or that has no face where faces are aligned: a
 * pack of fewer pairs would be another benchmark.
 */
export async function writeListedPairs({
  folder,
  list,
  output,
  ...prepare
}: WriteListedPairsOptions): Promise<WrittenPairs> {
  checkPrepareOptions('pairs', prepare);
  const text = await readFile(list, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(`${list} cannot be read (${error.code}): expected LFW's pairs.txt.`);
  });
  const pairs = parseLfwPairs(text, list);
  const prepared = new Map<string, Promise<Buffer>>(); // in LFW an image is in several pairs
  const imageOf = ({ name, number }: ListedImage) => {
    const wanted = `${name}_${String(number).padStart(4, '0')}`;
    if (!prepared.has(wanted)) prepared.set(wanted, prepareListed(folder, name, wanted, prepare));
    return prepared.get(wanted)!;
  };
  const images = orderedMap(
    pairs.flatMap(({ first, second }) => [first, second]),
    AHEAD,
    imageOf,
  );
  await writeVerificationPack(output, { images, same: pairs.map(({ same }) => same) });
  return { pairs: pairs.length };
}

async function prepareListed(folder: string, name: string, wanted: string, prepare: PrepareOptions): Promise<Buffer> {
  const names = await readdir(join(folder, name)).catch(() => []);
  const found = names.filter((file) => file.replace(/\.[^.]*$/, '') === wanted);
  if (found.length !== 1)
    throw new RecordError(
      `${join(folder, name)} has ${found.length === 0 ? 'no' : String(found.length)} image ${wanted}, which the list names.`,
    );
  const path = join(folder, name, found[0]!);
  const image = await prepareImage(await readFile(path), path, prepare);
  if (!image) throw new RecordError(`${path}: no face was found in it; a pack needs both images of every listed pair.`);
  return image;
}
