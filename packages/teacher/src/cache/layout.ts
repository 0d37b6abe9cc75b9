// The file of an embedding cache: 4,096 bytes of JSON header padded with spaces, then blocks of 256 images, the last one as long as what is
// left.
// A block: unit embeddings of little-endian float32 or float16, the lengths that they had (float32; both NaN where the
// teacher gave no embedding), CRC-32 of both (u32, zlib's polynomial).
// Every block's place follows from its number, so that rows are read by position, and a part of a cache is a run of whole blocks.
import { TeacherError } from '../errors.js';

export type CachePrecision = 'float32' | 'float16';
/**
 * Which pictures of the images: as they are, mirrored left to right, or altered in another way, by a name of small letters, digits and
 * hyphens.
 */
export type CacheVariant = 'plain' | 'mirrored' | `altered-${string}`;

const VARIANT = /^(plain|mirrored|altered-[a-z0-9-]{1,64})$/;

/** Part `index` of `count`. */
export interface CacheShard {
  index: number;
  count: number;
}

/** What the embeddings are of: as the header has it. */
export interface CacheIdentity {
  /** The teacher's fingerprint: SHA-256 of the model's file, where nothing was configured otherwise. */
  teacher: string;
  /** SHA-256 of the set of images. */
  images: string;
  variant: CacheVariant;
  precision: CachePrecision;
  embeddingSize: number;
  /** Images of the whole set. */
  count: number;
}

export const HEADER_BYTES = 4096;
/** What a kill costs at most: of a slow teacher, 13 images a second, 20 seconds. A block of 512 float16 numbers an image is 263 KB. */
export const BLOCK_IMAGES = 256;
const FORMAT = 'lin.embeddings.2';
export const NORM_BYTES = 4;
export const CRC_BYTES = 4;

/** Where the blocks of a whole cache, or of one part of it, lie in their file. */
export class CacheLayout {
  /** The part's first image, and the one after its last. */
  readonly start: number;
  readonly end: number;
  readonly blockCount: number;
  readonly rowBytes: number;
  readonly fileBytes: number;

  constructor(
    readonly identity: CacheIdentity,
    readonly shard: CacheShard = { index: 0, count: 1 },
  ) {
    const blocks = Math.ceil(identity.count / BLOCK_IMAGES);
    const [first, afterLast] = [shard.index, shard.index + 1].map((index) =>
      Math.floor((blocks * index) / shard.count),
    ) as [number, number];
    this.start = Math.min(identity.count, first * BLOCK_IMAGES);
    this.end = Math.min(identity.count, afterLast * BLOCK_IMAGES);
    this.blockCount = afterLast - first;
    this.rowBytes = identity.embeddingSize * (identity.precision === 'float16' ? 2 : 4);
    this.fileBytes =
      HEADER_BYTES + (this.end - this.start) * (this.rowBytes + NORM_BYTES) + this.blockCount * CRC_BYTES;
  }

  get isWhole(): boolean {
    return this.shard.count === 1;
  }

  imagesOf(block: number): number {
    return Math.min(BLOCK_IMAGES, this.end - this.start - block * BLOCK_IMAGES);
  }

  blockOffset(block: number): number {
    return HEADER_BYTES + block * (BLOCK_IMAGES * (this.rowBytes + NORM_BYTES) + CRC_BYTES);
  }

  blockBytes(block: number): number {
    return this.imagesOf(block) * (this.rowBytes + NORM_BYTES) + CRC_BYTES;
  }

  /** Of the image at `position` among those of this file. */
  rowOffset(position: number): number {
    return this.blockOffset(Math.floor(position / BLOCK_IMAGES)) + (position % BLOCK_IMAGES) * this.rowBytes;
  }

  normOffset(position: number): number {
    const block = Math.floor(position / BLOCK_IMAGES);
    return this.blockOffset(block) + this.imagesOf(block) * this.rowBytes + (position % BLOCK_IMAGES) * NORM_BYTES;
  }

  header(): Buffer {
    const header = Buffer.alloc(HEADER_BYTES, ' ');
    header.write(
      JSON.stringify({
        format: FORMAT,
        ...this.identity,
        blockImages: BLOCK_IMAGES,
        ...(!this.isWhole && { shard: this.shard }),
      }),
    );
    return header;
  }

  /** E.g. 4c06341c33c2ca1f-9f86d081884c7d65-mirrored-float16.embeddings, and for a part …-float16.part-0-of-2.embeddings. */
  get fileName(): string {
    const { teacher, images, variant, precision } = this.identity;
    const part = this.isWhole ? '' : `.part-${this.shard.index}-of-${this.shard.count}`;
    return `${teacher.slice(0, 16)}-${images.slice(0, 16)}-${variant}-${precision}${part}.embeddings`;
  }
}

/** @throws TeacherError where the header is not one that Lin wrote. */
export function parseHeader(bytes: Buffer, path: string): CacheLayout {
  const fields = parseJson(bytes);
  const identity = fields && {
    teacher: fields['teacher'],
    images: fields['images'],
    variant: fields['variant'],
    precision: fields['precision'],
    embeddingSize: fields['embeddingSize'],
    count: fields['count'],
  };
  const shard = fields?.['shard'] ?? { index: 0, count: 1 };
  const layout = isIdentity(identity) && isShard(shard) ? new CacheLayout(identity, shard) : undefined;
  if (layout?.header().equals(bytes)) return layout;
  throw new TeacherError(
    `${path} at byte 0 has no header of ${FORMAT}; it is damaged or no embedding cache, delete it to have it computed again.`,
  );
}

function parseJson(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isText = (value: unknown): value is string => typeof value === 'string';

function isIdentity(value: Record<keyof CacheIdentity, unknown> | undefined): value is CacheIdentity {
  if (
    !value ||
    !isText(value.teacher) ||
    !isText(value.images) ||
    !isCount(value.embeddingSize) ||
    !Number.isSafeInteger(value.count)
  )
    return false;
  return isVariant(value.variant) && ['float32', 'float16'].includes(value.precision as string);
}

/** A variant's name is part of a file's name. */
export const isVariant = (value: unknown): value is CacheVariant => typeof value === 'string' && VARIANT.test(value);

export function isShard(value: unknown): value is CacheShard {
  const { index, count } = (value ?? {}) as Partial<CacheShard>;
  return isCount(count) && Number.isSafeInteger(index) && index! >= 0 && index! < count;
}
