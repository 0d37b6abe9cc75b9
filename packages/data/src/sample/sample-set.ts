// The sample set: synthetic faces in genuine MS1MV2-format records, so that everything can be tried where no real records are.
// It teaches a model nothing about real people and holds none.
import { mkdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { DataOptionError } from '../errors.js';
import { IMAGE_SIZE } from '../decode-image.js';
import { exists } from '../exists.js';
import { Random } from '../random.js';
import { RecordWriter } from '../record-writer.js';
import { drawFace } from './draw-face.js';
import { randomAppearance, randomIdentity } from './face-parameters.js';

export interface SampleSetOptions {
  identities?: number;
  imagesPerIdentity?: number;
  seed?: number;
  onProgress?: (progress: { images: number; total: number }) => void;
}

const JPEG_QUALITY = 95; // face2rec2's own default

/**
 * Writes the sample set's train.rec, train.idx and property into `folder`, unless they are there. A folder appears whole or not at all;
 * the same options give the same faces.
 * @throws DataOptionError for counts that are no positive integers.
 */
export async function ensureSampleSet(
  folder: string,
  { identities = 420, imagesPerIdentity = 10, seed = 0, onProgress }: SampleSetOptions = {},
): Promise<void> {
  for (const [name, value] of Object.entries({ identities, imagesPerIdentity })) {
    if (!Number.isInteger(value) || value < 1) throw new DataOptionError(`ensureSampleSet: ${name} is ${value}; expected an integer of at least 1.`);
  }
  if (await exists(join(folder, 'train.rec'))) return;
  const beside = `${folder}.partial-${process.pid}`;
  await mkdir(beside, { recursive: true });
  try {
    await writeFaces(beside, { identities, imagesPerIdentity, seed, ...(onProgress && { onProgress }) });
    await rename(beside, folder).catch(async (error: unknown) => {
      if (!(await exists(join(folder, 'train.rec')))) throw error; // another process was first, with the same faces
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function writeFaces(
  folder: string,
  { identities, imagesPerIdentity, seed, onProgress }: Required<Omit<SampleSetOptions, 'onProgress'>> & Pick<SampleSetOptions, 'onProgress'>,
): Promise<void> {
  const writer = await RecordWriter.create({ folder });
  try {
    const ahead = 2 * availableParallelism();
    const pending: { startsIdentity: boolean; jpeg: Promise<Buffer> }[] = [];
    const total = identities * imagesPerIdentity;
    const writeNext = async () => {
      const { startsIdentity, jpeg } = pending.shift()!;
      if (startsIdentity) writer.startIdentity();
      const key = await writer.addImage(await jpeg);
      onProgress?.({ images: key, total });
    };
    for (let identity = 0; identity < identities; identity++) {
      const face = randomIdentity(new Random(seed, identity));
      for (let image = 0; image < imagesPerIdentity; image++) {
        const pixels = drawFace(face, randomAppearance(new Random(seed, identity, image + 1)));
        pending.push({ startsIdentity: image === 0, jpeg: encodeJpeg(pixels) });
        if (pending.length >= ahead) await writeNext();
      }
    }
    while (pending.length > 0) await writeNext();
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function encodeJpeg(pixels: Uint8Array): Promise<Buffer> {
  return sharp(pixels, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}
