// Sets of MS1MV2's 30 GB, of which only a sample of the images, the header and all identity records are written: the rest are holes.
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { referenceFrame, referencePack } from './reference-recordio.js';

export interface LargeSetSize {
  images: number;
  identities: number;
  /** Of an image's record. */
  recordBytes: number;
}

/** 30.3 GB of images. */
export const MS1MV2: LargeSetSize = { images: 5_822_653, identities: 85_742, recordBytes: 5200 };
/** How many bytes are in a hundredth of the records. */
export const FEW_OF_MANY_BYTES: LargeSetSize = { images: 58_227, identities: 857, recordBytes: 520_000 };

const PROBE_BYTES = 2 ** 26;

export interface LargeSet {
  path: string;
  bytes: number;
  /** Keys of the images that are written. */
  written: number[];
}

/** Identity i has the images with keys [firstKeyOf(i), firstKeyOf(i + 1)). */
export const firstKeyOf = (identity: number, { images, identities }: LargeSetSize) =>
  1 + Math.floor((identity * images) / identities);

/** What is in the image under a key. */
export const largeImage = (key: number, { recordBytes }: LargeSetSize) =>
  Buffer.alloc(recordBytes - 8 - 32, `image ${key} `);

/** Why such a set cannot be written in `folder`, if so. */
export async function noHoles(folder: string): Promise<string | undefined> {
  const path = join(folder, `lin-probe-${process.pid}`);
  await writeFile(path, '');
  const probe = await open(path, 'r+');
  await probe.truncate(PROBE_BYTES).finally(() => probe.close());
  const { blocks } = await stat(path);
  await rm(path);
  return blocks * 512 < PROBE_BYTES / 2 ? undefined : 'this file system has no sparse files';
}

/** `samples` images at even distances are written, and where it is asked for the first and the last of each identity. */
export async function writeLargeSet(
  folder: string,
  size: LargeSetSize,
  { samples, ends = false }: { samples: number; ends?: boolean },
): Promise<LargeSet> {
  const { images, identities, recordBytes } = size;
  const path = join(folder, 'train.rec');
  const written = Array.from({ length: samples }, (_, i) => 1 + Math.floor((i * (images - 1)) / (samples - 1)));
  const rec = await open(path, 'w');
  const writeImage = (key: number, identity: number) => {
    const header = Buffer.from(referencePack([identity, 1], key));
    const image = largeImage(key, size);
    const frame = Buffer.from(referenceFrame([])); // an image without magics is in one part: only the length is to be set
    frame.writeUInt32LE(header.length + image.length, 4);
    return rec.write(Buffer.concat([frame, header, image]), 0, recordBytes, (key - 1) * recordBytes);
  };
  for (const key of written) await writeImage(key, Math.ceil(((key - 1 + 0.5) * identities) / images) - 1);
  for (let i = 0; ends && i < identities; i++) {
    await writeImage(firstKeyOf(i, size), i);
    await writeImage(firstKeyOf(i + 1, size) - 1, i);
  }
  const firstIdentity = images + 1;
  const tail = [referencePack([firstIdentity, firstIdentity + identities], 0)];
  for (let i = 0; i < identities; i++)
    tail.push(referencePack([firstKeyOf(i, size), firstKeyOf(i + 1, size)], firstIdentity + i));
  const tailStart = images * recordBytes;
  const tailBytes = Buffer.from(tail.flatMap((payload) => referenceFrame(payload)));
  await rec.write(tailBytes, 0, tailBytes.length, tailStart);
  await rec.close();

  const idx = await open(join(folder, 'train.idx'), 'w');
  const row = (rank: number) => {
    const key = rank < images ? rank + 1 : rank === images ? 0 : rank;
    return `${key}\t${rank < images ? rank * recordBytes : tailStart + (rank - images) * 40}\n`;
  };
  const rows = images + 1 + identities;
  for (let start = 0; start < rows; start += 2 ** 17) {
    await idx.writeFile(Array.from({ length: Math.min(2 ** 17, rows - start) }, (_, i) => row(start + i)).join(''));
  }
  await idx.close();
  return { path, bytes: tailStart + tailBytes.length, written };
}
