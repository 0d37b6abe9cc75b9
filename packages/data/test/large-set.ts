// A set of MS1MV2's size, 30 GB, of which only a sample of the images, the header and all identity records are written: the rest are holes.
import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { referenceFrame, referencePack } from './reference-recordio.js';

export const LARGE_IMAGES = 5_822_653;
export const LARGE_IDENTITIES = 85_742;
/** 30.3 GB of images. */
const RECORD_BYTES = 5200;
const PROBE_BYTES = 2 ** 26;

export interface LargeSet {
  path: string;
  bytes: number;
  /** Keys of the images that are written. */
  written: number[];
}

/** Identity i has the images with keys [firstKeyOf(i), firstKeyOf(i + 1)). */
export const firstKeyOf = (identity: number) => 1 + Math.floor((identity * LARGE_IMAGES) / LARGE_IDENTITIES);

/** What is in the image under a key. */
export const largeImage = (key: number) => Buffer.alloc(RECORD_BYTES - 8 - 32, `image ${key} `);

/** Why such a set cannot be written in `folder`, if so. */
export async function noHoles(folder: string): Promise<string | undefined> {
  const path = join(folder, 'probe');
  await writeFile(path, '');
  const probe = await open(path, 'r+');
  await probe.truncate(PROBE_BYTES).finally(() => probe.close());
  const { blocks } = await stat(path);
  return blocks * 512 < PROBE_BYTES / 2 ? undefined : 'this file system has no sparse files';
}

export async function writeLargeSet(folder: string, { samples }: { samples: number }): Promise<LargeSet> {
  const path = join(folder, 'train.rec');
  const written = Array.from({ length: samples }, (_, i) => 1 + Math.floor((i * (LARGE_IMAGES - 1)) / (samples - 1)));
  const firstIdentity = LARGE_IMAGES + 1;
  const rec = await open(path, 'w');
  for (const key of written) {
    const identity = Math.ceil(((key - 1 + 0.5) * LARGE_IDENTITIES) / LARGE_IMAGES) - 1;
    await rec.write(
      Buffer.from(referenceFrame(referencePack([identity, 1], key, largeImage(key)))),
      0,
      RECORD_BYTES,
      (key - 1) * RECORD_BYTES,
    );
  }
  const tail = [referencePack([firstIdentity, firstIdentity + LARGE_IDENTITIES], 0)];
  for (let i = 0; i < LARGE_IDENTITIES; i++)
    tail.push(referencePack([firstKeyOf(i), firstKeyOf(i + 1)], firstIdentity + i));
  const tailStart = LARGE_IMAGES * RECORD_BYTES;
  const tailBytes = Buffer.from(tail.flatMap((payload) => referenceFrame(payload)));
  await rec.write(tailBytes, 0, tailBytes.length, tailStart);
  await rec.close();

  const idx = await open(join(folder, 'train.idx'), 'w');
  const row = (rank: number) => {
    const key = rank < LARGE_IMAGES ? rank + 1 : rank === LARGE_IMAGES ? 0 : rank;
    return `${key}\t${rank < LARGE_IMAGES ? rank * RECORD_BYTES : tailStart + (rank - LARGE_IMAGES) * 40}\n`;
  };
  const rows = LARGE_IMAGES + 1 + LARGE_IDENTITIES;
  for (let start = 0; start < rows; start += 2 ** 17) {
    await idx.writeFile(Array.from({ length: Math.min(2 ** 17, rows - start) }, (_, i) => row(start + i)).join(''));
  }
  await idx.close();
  return { path, bytes: tailStart + tailBytes.length, written };
}
