// The teacher's embeddings on disk: computed once for a model and a set of images, read by position.
import type { FileHandle } from 'node:fs/promises';
import { EmbeddingError, TeacherError } from '../errors.js';
import { decodeRows, floatsOf } from './block.js';
import { damagedBlock, missingIn, openCacheFile, readAt, readBlock } from './files.js';
import { fillEmbeddingCache, layoutOf, type FillOptions } from './fill.js';
import { BLOCK_IMAGES, type CacheLayout } from './layout.js';

export type OpenEmbeddingCacheOptions = Omit<FillOptions, 'shard'>;

/** Rounding moves the length of a unit row by less than this, in float16 too; what is further off is damage. */
const UNIT_TOLERANCE = 1e-3;

/**
 * The embeddings of all images, computed now as far as they are not in `folder` yet. What is there is checked as far as it costs nothing:
 * header, length, first and last block; `verifyEmbeddingCache` checks every byte. Images that the teacher gives no embedding go to
 * `onFailed`, also those of an earlier call.
 * @throws TeacherError as `fillEmbeddingCache` does, and, without `onFailed`, where the cache lacks an image.
 */
export async function openEmbeddingCache({ onFailed, ...options }: OpenEmbeddingCacheOptions): Promise<EmbeddingCache> {
  const told = new Set<number>();
  const tell = (failure: EmbeddingError) => {
    told.add(failure.position);
    onFailed?.(failure);
  };
  const path = await fillEmbeddingCache({ ...options, ...(onFailed && { onFailed: tell }) });
  const { file, layout } = await openCacheFile(path, layoutOf(options));
  try {
    const missing = await missingIn(file, layout);
    for (const position of missing.filter((position) => !told.has(position))) {
      const name = options.images.nameOf?.(position);
      const reason =
        `the teacher gave no embedding of it when ${path} was filled; leave it out, ` +
        'or delete the file to have all computed again.';
      const failure = new EmbeddingError(position, reason, name === undefined ? {} : { image: name });
      if (!onFailed) throw failure;
      onFailed(failure);
    }
    return new EmbeddingCache(path, file, layout, missing);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class EmbeddingCache {
  readonly count: number;
  readonly embeddingSize: number;

  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly layout: CacheLayout,
    /** Positions of the images that the teacher gave no embedding, ascending. */
    readonly missing: readonly number[] = [],
  ) {
    this.count = layout.identity.count;
    this.embeddingSize = layout.identity.embeddingSize;
  }

  /** The unit embeddings of the images at these positions: [positions.length, embeddingSize]. @throws TeacherError for a damaged row. */
  async rows(positions: ArrayLike<number>): Promise<Float32Array> {
    const rows = new Float32Array(positions.length * this.embeddingSize);
    await Promise.all(
      Array.from(positions, async (position, i) => rows.set(await this.row(position), i * this.embeddingSize)),
    );
    return rows;
  }

  /** The lengths that these embeddings had before: [positions.length]. A short one is of a face that the teacher is unsure of. */
  async norms(positions: ArrayLike<number>): Promise<Float32Array> {
    return Float32Array.from(await Promise.all(Array.from(positions, (position) => this.norm(position))));
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async row(position: number): Promise<Float32Array> {
    this.requirePosition(position);
    const { rowBytes, identity } = this.layout;
    const bytes = await readAt(this.file, this.layout.rowOffset(position), rowBytes);
    const row = decodeRows(bytes, identity.precision);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (Number.isNaN(row[0]) && this.missing.includes(position))
      throw new TeacherError(
        `${this.path} has no embedding of image ${position}: the teacher gave none; leave it out.`,
      );
    if (bytes.length < rowBytes || !(Math.abs(norm - 1) < UNIT_TOLERANCE))
      this.refuse(position, `length ${norm} instead of 1`);
    return identity.precision === 'float32' ? row : row.map((value) => value / norm);
  }

  private async norm(position: number): Promise<number> {
    this.requirePosition(position);
    const [norm] = floatsOf(await readAt(this.file, this.layout.normOffset(position), 4));
    if (norm === undefined || !(norm > 0 && norm < Infinity)) this.refuse(position, `its length was ${norm}`);
    return norm!;
  }

  private refuse(position: number, what: string): never {
    throw new TeacherError(
      `${this.path} at byte ${this.layout.rowOffset(position)}: the embedding of image ${position} is damaged ` +
        `(${what}); delete the file to have it computed again.`,
    );
  }

  private requirePosition(position: number): void {
    if (Number.isInteger(position) && position >= 0 && position < this.count) return;
    throw new RangeError(`Embedding ${position} is not there: positions are 0 to ${this.count - 1}.`);
  }
}

export interface CacheReport {
  path: string;
  /** Images whose embeddings the file has. */
  images: number;
  /** The images of every damaged block, where it begins, and a sentence that says so. */
  damaged: { firstImage: number; images: number; byte: number; message: string }[];
}

/**
 * Reads a finished cache, or a finished part of one, wholly. @throws TeacherError where it is not one, or its header, length, first or last
 * block are wrong.
 */
export async function verifyEmbeddingCache(path: string): Promise<CacheReport> {
  const { file, layout } = await openCacheFile(path);
  try {
    const damaged: CacheReport['damaged'] = [];
    for (let block = 0; block < layout.blockCount; block++) {
      if (await readBlock(file, layout, block)) continue;
      damaged.push({
        firstImage: layout.start + block * BLOCK_IMAGES,
        images: layout.imagesOf(block),
        byte: layout.blockOffset(block),
        message: `${damagedBlock(path, layout, block)}.`,
      });
    }
    return { path, images: layout.end - layout.start, damaged };
  } finally {
    await file.close();
  }
}
