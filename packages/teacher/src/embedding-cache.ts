// The teacher's embeddings on disk: computed once for a pair of model and images, continued where a run was interrupted, checked when read.
// File: 4,096 bytes of JSON header padded with spaces, then rows of little-endian float32, one per image, in the images' order.
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { TeacherError } from './errors.js';
import type { Teacher } from './recognition/teacher.js';

/** Images in a fixed order. */
export interface ImageSource {
  /** Tells two sets of images apart: SHA-256 in hexadecimal. */
  readonly fingerprint: string;
  readonly count: number;
  /** RGB bytes [size, 112, 112, 3] of the images from position `start` on, in order, some at a time. */
  imagesFrom(start: number): AsyncIterable<Uint8Array>;
}

export interface OpenEmbeddingCacheOptions {
  folder: string;
  teacher: Pick<Teacher, 'sha256' | 'embeddingSize' | 'embed'>;
  images: ImageSource;
  onProgress?: (progress: { images: number; total: number }) => void;
}

const FORMAT = 'lin.embeddings.1';
const HEADER_BYTES = 4096;
const UNIT_TOLERANCE = 1e-3; // float32 rounding of a unit row is 1e-6; anything further off is damage

/**
 * The embeddings of all images, computed now as far as they are not in `folder` yet.
 * @throws TeacherError where the images end early, or as `embed` does.
 */
export async function openEmbeddingCache({ folder, teacher, images, onProgress }: OpenEmbeddingCacheOptions): Promise<EmbeddingCache> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${teacher.sha256.slice(0, 16)}-${images.fingerprint.slice(0, 16)}.embeddings`);
  const header = encodeHeader(teacher, images);
  const size = HEADER_BYTES + images.count * teacher.embeddingSize * 4;
  if (!(await holds(path, header, size))) await compute({ path, header, teacher, images, ...(onProgress && { onProgress }) });
  return new EmbeddingCache(path, await open(path, 'r'), images.count, teacher.embeddingSize);
}

export class EmbeddingCache {
  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    readonly count: number,
    readonly embeddingSize: number,
  ) {}

  /** The rows of the images at these positions: [positions.length, embeddingSize]. @throws TeacherError for a damaged row. */
  async rows(positions: ArrayLike<number>): Promise<Float32Array> {
    const rows = new Float32Array(positions.length * this.embeddingSize);
    await Promise.all(Array.from(positions, (position, i) => this.readRow(position, rows.subarray(i * this.embeddingSize, (i + 1) * this.embeddingSize))));
    return rows;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async readRow(position: number, row: Float32Array): Promise<void> {
    if (!(Number.isInteger(position) && position >= 0 && position < this.count)) {
      throw new RangeError(`Embedding ${position} is not there: positions are 0 to ${this.count - 1}.`);
    }
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
    const { bytesRead } = await this.file.read(bytes, 0, bytes.length, HEADER_BYTES + position * bytes.length);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (bytesRead === bytes.length && Math.abs(norm - 1) < UNIT_TOLERANCE) return;
    throw new TeacherError(`${this.path}: the embedding of image ${position} is damaged (length ${norm} instead of 1); delete the file to have it computed again.`);
  }
}

function encodeHeader({ sha256, embeddingSize }: Pick<Teacher, 'sha256' | 'embeddingSize'>, { fingerprint, count }: ImageSource): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, ' ');
  header.write(JSON.stringify({ format: FORMAT, teacher: sha256, images: fingerprint, count, embeddingSize }));
  return header;
}

/** Whether the file has this header and, where given, this size. */
async function holds(path: string, header: Buffer, size?: number): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry || (size !== undefined && entry.size !== size)) return false;
  const file = await open(path, 'r');
  try {
    const found = Buffer.alloc(HEADER_BYTES);
    await file.read(found, 0, HEADER_BYTES, 0);
    return found.equals(header);
  } finally {
    await file.close();
  }
}

/** Fills `<path>.partial`, which a later call continues, and gives it its name once it is whole and on disk. */
async function compute({ path, header, teacher, images, onProgress }: Omit<OpenEmbeddingCacheOptions, 'folder'> & { path: string; header: Buffer }): Promise<void> {
  const partial = `${path}.partial`;
  const rowBytes = teacher.embeddingSize * 4;
  const continues = await holds(partial, header);
  if (!continues) await rm(partial, { force: true });
  const file = await open(partial, continues ? 'r+' : 'w+');
  try {
    await file.write(header, 0, HEADER_BYTES, 0);
    let done = Math.min(images.count, Math.floor(((await file.stat()).size - HEADER_BYTES) / rowBytes));
    for await (const batch of done < images.count ? images.imagesFrom(done) : []) {
      const rows = await teacher.embed(batch);
      await file.write(new Uint8Array(rows.buffer), 0, rows.byteLength, HEADER_BYTES + done * rowBytes);
      done += rows.length / teacher.embeddingSize;
      onProgress?.({ images: done, total: images.count });
    }
    if (done !== images.count) throw new TeacherError(`The images ended after ${done} of ${images.count}; the records are incomplete, copy them again.`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}
