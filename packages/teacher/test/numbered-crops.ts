// Crops that carry their number in their first bytes, and a teacher that reads it: what a cache holds of image i is known without a model.
import type { CacheShard, FillOptions, ImageSource } from '../src/index.js';

export const SIZE = 4;
const IMAGE_BYTES = 112 * 112 * 3;

/** The unit vector at angle i in the plane of coordinates i and i + 1. */
export function embeddingOf(i: number): Float32Array {
  const row = new Float32Array(SIZE);
  row[i % SIZE] = Math.cos(i);
  row[(i + 1) % SIZE] = Math.sin(i);
  return row;
}

export const normOf = (i: number) => 1 + i / 8;

export class NumberTeacher {
  readonly embeddingSize = SIZE;
  /** The numbers of all images it was given. */
  readonly embedded: number[] = [];

  constructor(readonly sha256 = 'a'.repeat(64)) {}

  embedWithNorms(images: unknown): Promise<{ embeddings: Float32Array; norms: Float32Array }> {
    const { buffer, byteOffset, byteLength } = images as Uint8Array;
    const view = new DataView(buffer, byteOffset, byteLength);
    const numbers = Array.from({ length: byteLength / IMAGE_BYTES }, (_, i) => view.getUint32(i * IMAGE_BYTES));
    this.embedded.push(...numbers);
    return Promise.resolve({
      embeddings: Float32Array.from(numbers.flatMap((i) => [...embeddingOf(i)])),
      norms: Float32Array.from(numbers, normOf),
    });
  }
}

export interface NumberedCropsOptions {
  count: number;
  fingerprint?: string;
  /** How many there are in truth. */
  there?: number;
  failAt?: number;
  /** Images in one piece. */
  piece?: number;
}

export function numberedCrops({
  count,
  fingerprint = 'f'.repeat(64),
  there = Infinity,
  failAt = Infinity,
  piece = 100,
}: NumberedCropsOptions): ImageSource {
  return {
    fingerprint,
    count,
    async *imagesFrom(start, end) {
      for (let i = start; i < Math.min(end, there); i += piece) {
        if (i + piece > failAt) throw new Error('the disk is gone');
        const images = new Uint8Array(Math.min(piece, Math.min(end, there) - i) * IMAGE_BYTES);
        const view = new DataView(images.buffer);
        for (let k = 0; k < images.length / IMAGE_BYTES; k++) view.setUint32(k * IMAGE_BYTES, i + k);
        yield images;
      }
    },
  };
}

export const numbersFrom = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

/** What `fillEmbeddingCache` needs for `count` numbered crops. */
export const filling = (folder: string, count: number, shard?: CacheShard): FillOptions => ({
  folder,
  teacher: new NumberTeacher(),
  images: numberedCrops({ count }),
  ...(shard && { shard }),
});
