// Records on their way to a new place: files of entries "place, label, length (u32 each), image", each for one stretch of places.
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

export interface PlacedImage {
  place: number;
  label: number;
  image: Buffer;
}

const ENTRY_HEADER_BYTES = 12;
/** Kept for each bucket before it is written: with 512 of them 64 MB. */
const BUFFER_BYTES = 2 ** 17;

export class ShuffleBuckets {
  private constructor(
    readonly paths: readonly string[],
    private readonly files: readonly FileHandle[],
    private readonly placesEach: number,
    private readonly waiting: { entries: Buffer[]; bytes: number }[],
  ) {}

  /** For places 0 … images − 1. */
  static async create(
    folder: string,
    { buckets, images }: { buckets: number; images: number },
  ): Promise<ShuffleBuckets> {
    const paths = Array.from({ length: buckets }, (_, i) => join(folder, `bucket-${i}`));
    const files: FileHandle[] = [];
    try {
      for (const path of paths) files.push(await open(path, 'wx'));
    } catch (error) {
      for (const file of files) await file.close();
      throw error;
    }
    return new ShuffleBuckets(
      paths,
      files,
      Math.ceil(images / buckets),
      paths.map(() => ({ entries: [], bytes: 0 })),
    );
  }

  /** Copies the image. */
  async add({ place, label, image }: PlacedImage): Promise<void> {
    const entry = Buffer.allocUnsafe(ENTRY_HEADER_BYTES + image.length);
    entry.writeUInt32LE(place, 0);
    entry.writeUInt32LE(label, 4);
    entry.writeUInt32LE(image.length, 8);
    image.copy(entry, ENTRY_HEADER_BYTES);
    const bucket = Math.floor(place / this.placesEach);
    const waiting = this.waiting[bucket]!;
    waiting.entries.push(entry);
    waiting.bytes += entry.length;
    if (waiting.bytes >= BUFFER_BYTES) await this.flush(bucket);
  }

  async flushAll(): Promise<void> {
    for (const bucket of this.files.keys()) await this.flush(bucket);
  }

  async close(): Promise<void> {
    for (const file of this.files) await file.close();
  }

  private async flush(bucket: number): Promise<void> {
    const { entries } = this.waiting[bucket]!;
    this.waiting[bucket] = { entries: [], bytes: 0 };
    await this.files[bucket]!.writeFile(Buffer.concat(entries)); // from where the last write ended
  }
}

/** A bucket's images in the order of their places. */
export async function readBucket(path: string): Promise<PlacedImage[]> {
  const bytes = await readFile(path);
  const images: PlacedImage[] = [];
  for (let at = 0; at < bytes.length;) {
    const [place, label, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
    const start = at + ENTRY_HEADER_BYTES;
    images.push({ place, label, image: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return images.sort((a, b) => a.place - b.place);
}
