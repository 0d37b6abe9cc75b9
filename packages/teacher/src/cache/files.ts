// Reading an embedding cache's file: exact lengths, whole blocks, and what is wrong with them.
import { open, type FileHandle } from 'node:fs/promises';
import { TeacherError } from '../errors.js';
import { floatsOf, isIntact } from './block.js';
import { BLOCK_IMAGES, HEADER_BYTES, NORM_BYTES, parseHeader, type CacheLayout } from './layout.js';

/** The bytes at `offset`, fewer where the file ends before. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** The block, or undefined where it is not wholly there or not what was written. */
export async function readBlock(file: FileHandle, layout: CacheLayout, block: number): Promise<Buffer | undefined> {
  const length = layout.blockBytes(block);
  const bytes = await readAt(file, layout.blockOffset(block), length);
  return bytes.length === length && isIntact(bytes) ? bytes : undefined;
}

/** Positions of the images that the teacher gave no embedding, ascending: their norm is NaN. */
export async function missingIn(file: FileHandle, layout: CacheLayout): Promise<number[]> {
  const missing: number[] = [];
  for (let block = 0; block < layout.blockCount; block++) {
    const first = layout.start + block * BLOCK_IMAGES;
    const count = layout.imagesOf(block);
    const offset = layout.blockOffset(block) + count * layout.rowBytes;
    floatsOf(await readAt(file, offset, count * NORM_BYTES)).forEach((norm, i) => {
      if (Number.isNaN(norm)) missing.push(first + i);
    });
  }
  return missing;
}

/** The first block of them that is not whole and intact; blockCount where all are. */
export async function firstDamagedBlock(file: FileHandle, layout: CacheLayout): Promise<number> {
  let block = 0;
  while (block < layout.blockCount && (await readBlock(file, layout, block))) block++;
  return block;
}

export interface OpenedCacheFile {
  file: FileHandle;
  layout: CacheLayout;
}

/**
 * A finished file by its own header, which is to be that of `expected`.
 * @throws TeacherError where header or length are wrong, or its first or last block is damaged: what is cheap to see.
 */
export async function openCacheFile(path: string, expected?: CacheLayout): Promise<OpenedCacheFile> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new TeacherError(`${path} cannot be read (${error.code}); expected an embedding cache.`);
  });
  try {
    const layout = parseHeader(await readAt(file, 0, HEADER_BYTES), path);
    if (expected && !layout.header().equals(expected.header())) {
      throw new TeacherError(
        `${path} is the cache of another model or other images than its name says; delete it to have it computed again.`,
      );
    }
    const { size } = await file.stat();
    if (size !== layout.fileBytes) {
      throw new TeacherError(
        `${path} has ${size} bytes where its header wants ${layout.fileBytes}; it is damaged, delete it to have it computed again.`,
      );
    }
    for (const block of new Set(layout.blockCount ? [0, layout.blockCount - 1] : [])) {
      if (!(await readBlock(file, layout, block)))
        throw new TeacherError(`${damagedBlock(path, layout, block)}; delete the file to have it computed again.`);
    }
    return { file, layout };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The beginning of a sentence. */
export function damagedBlock(path: string, layout: CacheLayout, block: number): string {
  const first = layout.start + block * BLOCK_IMAGES;
  return (
    `${path} at byte ${layout.blockOffset(block)}: the embeddings of images ${first} to ` +
    `${first + layout.imagesOf(block) - 1} are not those that were written`
  );
}
