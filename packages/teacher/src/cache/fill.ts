// Fills an embedding cache, or one part of it: block by block into a file beside, which a later call continues wherever a kill left it.
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, moveIntoPlace } from '@lin/files';
import { EmbeddingError, TeacherError } from '../errors.js';
import { CROP_BYTES } from '../face-crop.js';
import type { Teacher } from '../recognition/teacher.js';
import { encodeBlock } from './block.js';
import { damagedBlock, firstDamagedBlock, openCacheFile, readAt } from './files.js';
import {
  BLOCK_IMAGES,
  CacheLayout,
  HEADER_BYTES,
  isShard,
  isVariant,
  type CachePrecision,
  type CacheShard,
  type CacheVariant,
} from './layout.js';

/** Images in a fixed order. */
export interface ImageSource {
  /** Tells two sets of images apart: SHA-256 in hexadecimal. */
  readonly fingerprint: string;
  readonly count: number;
  /** RGB bytes [n, 112, 112, 3] of the images at positions `start` to `end` − 1, in order, some at a time. */
  imagesFrom(start: number, end: number): AsyncIterable<Uint8Array>;
  /** What messages call the image at a position; without it they give the position. */
  nameOf?(position: number): string;
}

export interface CacheOptions {
  folder: string;
  teacher: Pick<Teacher, 'sha256' | 'embeddingSize'> & Partial<Pick<Teacher, 'fingerprint'>>;
  images: Pick<ImageSource, 'fingerprint' | 'count'>;
  /** What `imagesFrom` gives: the images as they are, mirrored, or altered in the way that the name stands for. */
  variant?: CacheVariant;
  /** How embeddings are kept: float16 takes half the space and moves a unit embedding by less than 5e-4. */
  precision?: CachePrecision;
}

export interface FillOptions extends CacheOptions {
  teacher: CacheOptions['teacher'] & Pick<Teacher, 'embedWithNorms'>;
  images: ImageSource;
  /** One of several parts of the same cache, which `mergeEmbeddingShards` joins. */
  shard?: CacheShard;
  /** `images` of `total` are done, `found` of them before this call. */
  onProgress?: (progress: { images: number; total: number; found: number }) => void;
  /**
   * Called for each image that the teacher gives no embedding, such as one of NaN: the cache lists it in `missing`, and has the others.
   * Without it, the first such image is an error.
   */
  onFailed?: (failure: EmbeddingError) => void;
}

export function layoutOf(
  { teacher, images, variant = 'plain', precision = 'float32' }: CacheOptions,
  shard?: CacheShard,
): CacheLayout {
  const { sha256, fingerprint = sha256, embeddingSize } = teacher;
  return new CacheLayout(
    { teacher: fingerprint, images: images.fingerprint, variant, precision, embeddingSize, count: images.count },
    shard,
  );
}

/**
 * The path of the cache, or of the part, computed now as far as it is not in `folder` yet. Each block of 256 images is embedded from its
 * first image on, whoever computes it, so that parts and the whole are the same bytes. Two processes that fill the same file do the same
 * work twice and harm nothing.
 * @throws TeacherError where the images end early or are too many, the file that is there is damaged, or as `embed` does; RangeError for a
 * shard that is not one, or the name of a variant that cannot be part of a file's.
 */
export async function fillEmbeddingCache({
  folder,
  teacher,
  images,
  shard,
  onProgress,
  onFailed,
  ...options
}: FillOptions): Promise<string> {
  if (shard !== undefined && !isShard(shard)) {
    throw new RangeError(
      `fillEmbeddingCache: shard is ${JSON.stringify(shard)}; expected an index from 0 to count − 1.`,
    );
  }
  if (options.variant !== undefined && !isVariant(options.variant)) {
    throw new RangeError(
      `fillEmbeddingCache: variant is ${options.variant}; expected plain, mirrored, ` +
        'or altered- and up to 64 small letters, digits or hyphens.',
    );
  }
  const layout = layoutOf({ folder, teacher, images, ...options }, shard);
  const path = join(folder, layout.fileName);
  if (await exists(path)) {
    await (await openCacheFile(path, layout)).file.close();
    return path;
  }
  await mkdir(folder, { recursive: true });
  const partial = `${path}.partial`;
  const file = await openPartial(partial, layout);
  try {
    const sound = await firstDamagedBlock(file, layout);
    const filling = {
      file,
      layout,
      teacher,
      images,
      found: sound * BLOCK_IMAGES,
      ...(onProgress && { onProgress }),
      ...(onFailed && { onFailed }),
    };
    await computeFrom(sound, filling);
    await mend(partial, filling);
    await file.truncate(layout.fileBytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await moveIntoPlace(partial, path).catch(async (error: unknown) => {
    if (!(await exists(path))) throw error; // another process was first, with the same embeddings
  });
  return path;
}

async function openPartial(path: string, layout: CacheLayout): Promise<FileHandle> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return open(path, 'w+');
  });
  const header = layout.header();
  const there = await readAt(file, 0, HEADER_BYTES);
  if (there.equals(header)) return file;
  await file.truncate(0); // of another format or killed within its first write
  await file.write(header, 0, header.length, 0);
  return file;
}

interface Filling
  extends Required<Pick<FillOptions, 'teacher' | 'images'>>, Pick<FillOptions, 'onProgress' | 'onFailed'> {
  file: FileHandle;
  layout: CacheLayout;
  found: number;
}

/**
 * What another process, which fills the same file on another machine, or a failing disk has put there since is found before the file gets
 * its name.
 * @throws TeacherError where computing it again does not help.
 */
async function mend(path: string, filling: Filling): Promise<void> {
  const { file, layout } = filling;
  const damaged = await firstDamagedBlock(file, layout);
  if (damaged === layout.blockCount) return;
  await computeFrom(damaged, filling);
  const still = await firstDamagedBlock(file, layout);
  if (still < layout.blockCount)
    throw new TeacherError(
      `${damagedBlock(path, layout, still)}, twice; check the disk, and that no other process fills this file.`,
    );
}

/** The next block's images are gathered while the teacher has those of the one before. */
async function computeFrom(
  first: number,
  { file, layout, teacher, images, found, onProgress, onFailed }: Filling,
): Promise<void> {
  if (first === layout.blockCount) return;
  const total = layout.end - layout.start;
  let block = first;
  const write = async (pixels: Uint8Array) => {
    const named = (failure: EmbeddingError) => {
      const position = layout.start + block * BLOCK_IMAGES + failure.position;
      return failure.at(position, images.nameOf?.(position));
    };
    const { embeddings, norms } = await teacher
      .embedWithNorms(pixels, onFailed && { onFailed: (failure) => onFailed(named(failure)) })
      .catch((error: unknown) => {
        throw error instanceof EmbeddingError ? named(error) : error;
      });
    const bytes = encodeBlock(embeddings, norms, layout.identity.precision);
    if (bytes.length !== layout.blockBytes(block)) {
      throw new TeacherError(
        `The teacher gave ${embeddings.length} numbers for ${layout.imagesOf(block)} images, ` +
          `not ${layout.identity.embeddingSize} each; use another model.`,
      );
    }
    await file.write(bytes, 0, bytes.length, layout.blockOffset(block));
    block += 1;
    onProgress?.({ images: Math.min(total, block * BLOCK_IMAGES), total, found });
  };
  const start = layout.start + first * BLOCK_IMAGES;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const pixels of wholeBlocks(images.imagesFrom(start, layout.end), { start, end: layout.end })) {
      await writing;
      writing = write(pixels);
      writing.catch(() => {}); // it is awaited in the next round
    }
  } finally {
    await writing; // of two errors the teacher's is the one that is told
  }
}

/**
 * The same images, `BLOCK_IMAGES` at a time, the last ones as they are. @throws TeacherError where they are not the images `start` to `end`
 * − 1.
 */
async function* wholeBlocks(
  source: AsyncIterable<Uint8Array>,
  { start, end }: { start: number; end: number },
): AsyncGenerator<Uint8Array, void, void> {
  let parts: Uint8Array[] = [];
  let gathered = 0;
  let at = start;
  for await (const images of source) {
    for (let rest = images; rest.length > 0;) {
      if (at === end)
        throw new TeacherError(
          `There are more images than the ${end} that were announced; the records have changed, open them again.`,
        );
      const missing = Math.min(BLOCK_IMAGES, end - at) * CROP_BYTES - gathered;
      const taken = rest.slice(0, missing); // a copy: the source may use its memory again
      parts.push(taken);
      gathered += taken.length;
      rest = rest.subarray(missing);
      if (taken.length < missing) continue;
      yield parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      at += gathered / CROP_BYTES;
      [parts, gathered] = [[], 0];
    }
  }
  const reached = at + gathered / CROP_BYTES;
  if (reached < end)
    throw new TeacherError(`The images ended after ${reached} of ${end}; the records are incomplete, copy them again.`);
}
