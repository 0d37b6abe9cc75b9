// Image folders made into records in InsightFace's layout. Images are made ready on every core and stored in their order, so that the
// result does not depend on speed, or on how often the import was stopped and gone on with.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { DataOptionError, RecordError } from '../errors.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { RecordWriter } from '../records/record-writer.js';
import { requireInteger } from '../require-integer.js';
import { requireDiskSpace } from './disk-space.js';
import { printableName } from './file-names.js';
import { pathOf, sourceImages, surveyFolder, type SourceImage } from './image-folder.js';
import { ImportJournal } from './import-journal.js';
import type { ImportReport } from './import-report.js';
import { ImportedImages, type MadeImage } from './imported-images.js';
import { orderedMap } from '../order/ordered-map.js';
import { checkPrepareOptions, prepareImage, type PrepareOptions } from './prepare-image.js';

export interface ImportFolderOptions extends PrepareOptions {
  /** Has one sub-folder for each identity. */
  folder: string;
  /** Gets train.rec, train.idx, property, identities.tsv and import.jsonl. Where an import was stopped, this one goes on with it. */
  output: string;
  /** An image that cannot be decoded stops the import, or is left out and named in import.jsonl. */
  onCorrupt?: 'error' | 'skip';
  /** Images made ready at once; default: two a core. */
  workers?: number;
  /** Images after which all so far are made safe on the disk and reported as done. */
  durableEvery?: number;
  /** `done` images of the folder are settled for good: an import that is killed and run again has them. */
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Is given each image that this run leaves out as corrupt or without a face; `reason` begins with `file`. */
  onLeftOut?: (image: { file: string; reason: string }) => void;
  /** Ends the import in good order; it can be gone on with. */
  signal?: AbortSignal;
}

/** MS1MV2's mean, for asking whether there is room. */
const BYTES_PER_IMAGE = 5500;
/** A photograph of 67 megapixels, the most that is decoded, has less, unless it is hardly compressed. */
const MAX_FILE_BYTES = 2 ** 28;

/**
 * Identities and images come in natural order of their names (img2 before img10); identities without an image get no number.
 * @throws DataOptionError for options that do not fit; RecordError for a corrupt image, a folder without images or changed since the import
 * was begun, a full disk, an output that is finished or that another process writes. What is done stays: the same call goes on with it.
 */
export async function importFolder(options: ImportFolderOptions): Promise<ImportReport> {
  const { folder, output, quality = 95, chroma = '4:2:0', align, durableEvery = 512 } = options;
  checkPrepareOptions('import', options);
  requireInteger('import', 'durableEvery', durableEvery, 1);
  requireInteger('import', 'workers', options.workers ?? 1, 1);
  requireOutside(folder, output);
  const survey = await surveyFolder(folder);
  await requireDiskSpace(output, survey.images * BYTES_PER_IMAGE);

  const writer = await RecordWriter.open({ folder: output, resume: true, imageSize: [IMAGE_SIZE, IMAGE_SIZE] });
  try {
    const journal = await ImportJournal.open(
      join(output, 'import.jsonl'),
      { import: 1, quality, chroma, aligned: align !== undefined },
      writer.done,
    );
    try {
      const images = new ImportedImages(writer, journal);
      await settleAll(images, { ...options, identities: survey.identities, total: survey.images, durableEvery });
      const report = await images.finish(output);
      await writer.close();
      return { ...report, ignored: survey.ignored };
    } finally {
      await journal.close();
    }
  } catch (error) {
    await writer.suspend().catch(() => {}); // after the first error, closed or not
    throw error;
  }
}

interface Settling extends ImportFolderOptions {
  identities: readonly string[];
  total: number;
  durableEvery: number;
}

async function settleAll(
  images: ImportedImages,
  { total, durableEvery, onProgress, onLeftOut, signal, ...options }: Settling,
): Promise<void> {
  const sources = sourceImages(options.folder, options.identities);
  for await (const line of images.journal.earlier()) {
    const { value: source } = await sources.next();
    if (source?.file !== line.file) throw changedFolder(options.folder, line.file, source?.file);
    images.replay(source.identity, line);
  }
  if (images.settled > 0) onProgress?.({ done: images.settled, total });
  const checkpoint = async () => {
    await images.sync();
    onProgress?.({ done: images.settled, total });
  };
  const workers = options.workers ?? 2 * availableParallelism();
  try {
    for await (const made of orderedMap(sources, workers, (source) => makeReady(source, options))) {
      signal?.throwIfAborted();
      await images.settle(made);
      if ('leftOut' in made) onLeftOut?.({ file: made.file, reason: made.leftOut });
      if (images.settled % durableEvery === 0) await checkpoint();
    }
  } finally {
    await checkpoint(); // what is settled stays, whatever ended it
  }
}

function changedFolder(folder: string, expected: string, found: string | undefined): RecordError {
  return new RecordError(
    `${folder} has changed since this import was begun: ` +
      `${found === undefined ? 'nothing' : printableName(found)} is where ${printableName(expected)} was; ` +
      'put it back as it was, or remove the output and begin again.',
  );
}

async function makeReady(
  { identity, file }: SourceImage,
  { folder, onCorrupt = 'error', ...prepare }: ImportFolderOptions,
): Promise<MadeImage> {
  const name = printableName(file);
  const where = onCorrupt === 'skip' ? name : join(folder, name); // what goes into the journal does not depend on where the folder is
  try {
    const bytes = await readWhole(pathOf(folder, file), where);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const jpeg = await prepareImage(bytes, where, prepare);
    return jpeg
      ? { identity, file, sha256, jpeg }
      : { identity, file, sha256, leftOut: `${name}: no face was found in it` };
  } catch (error) {
    if (!(error instanceof RecordError && onCorrupt === 'skip')) throw error;
    return { identity, file, leftOut: error.message };
  }
}

async function readWhole(path: Buffer, where: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new RecordError(`${where}: a file of ${size} bytes; the limit is ${MAX_FILE_BYTES}.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof RecordError) throw error;
    throw new RecordError(`${where} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function requireOutside(folder: string, output: string): void {
  const path = relative(resolve(folder), resolve(output));
  if (path === '' || !(path === '..' || path.startsWith(`..${sep}`) || resolve(path) === path)) {
    throw new DataOptionError(
      `import: ${output} is inside ${folder}, whose sub-folders are identities; choose an output outside.`,
    );
  }
}
