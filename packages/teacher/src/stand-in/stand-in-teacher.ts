// The stand-in teacher: an untrained network in a recogniser's shape, for where no weights are installed. It recognises nobody; its
// embeddings are a fixed, hard-to-guess function of the picture, which is what a student needs to be tried out.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists, replaceFile } from '@lin/files';
import { TeacherError } from '../errors.js';
import { encodeModel } from '../onnx/schema.js';
import { CROP_BYTES, CROP_SIZE } from '../face-crop.js';
import { Session } from '../session/session.js';
import type { EmbeddingStatistics } from './backbone.js';
import { buildStandInRecogniser } from './stand-in-recogniser.js';

export interface StandInTeacherOptions {
  embeddingSize?: number;
  seed?: number;
  /**
   * Faces, RGB bytes [count, 112, 112, 3], from which the last batch normalisation takes its statistics: without them every face would have
   * nearly the same embedding. A few hundred of different identities are enough.
   */
  calibrationImages: () => Promise<Uint8Array>;
}

const BATCH_SIZE = 32;
const MIN_IMAGES = 16;
const SCALING = { mean: 127.5, std: 127.5, channels: 'rgb' } as const;

/** Writes a stand-in teacher's ONNX file to `path`, unless it is there; whole or not at all. @throws TeacherError for too few images. */
export async function ensureStandInTeacher(
  path: string,
  { embeddingSize = 512, seed = 0, calibrationImages }: StandInTeacherOptions,
): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const modelWith = (statistics?: EmbeddingStatistics) =>
    encodeModel(
      buildStandInRecogniser({ network: 'iresnet-narrow', embeddingSize, seed, ...(statistics && { statistics }) }),
    );
  await replaceFile(path, async (file, beside) => {
    await file.write(modelWith(), 0, undefined, 0);
    const statistics = await measure(beside, await calibrationImages(), embeddingSize);
    await file.truncate(0);
    await file.write(modelWith(statistics), 0, undefined, 0);
  });
}

/** Mean and variance of each output coordinate over the images. */
async function measure(path: string, images: Uint8Array, size: number): Promise<EmbeddingStatistics> {
  const count = images.length / CROP_BYTES;
  if (!Number.isInteger(count) || count < MIN_IMAGES) {
    throw new TeacherError(
      `A stand-in teacher is calibrated on at least ${MIN_IMAGES} faces of ${CROP_SIZE}×${CROP_SIZE}×3 bytes, ` +
        `but ${images.length} bytes were given.`,
    );
  }
  const session = await Session.open({ path });
  const sum = new Float64Array(size);
  const squares = new Float64Array(size);
  try {
    for (let start = 0; start < count; start += BATCH_SIZE) {
      const taken = Math.min(BATCH_SIZE, count - start);
      const pixels = images.subarray(start * CROP_BYTES, (start + taken) * CROP_BYTES);
      const outputs = await session.run({
        'input.1': { pixels, batch: taken, height: CROP_SIZE, width: CROP_SIZE, layout: 'nchw', scaling: SCALING },
      });
      const { data } = Object.values(outputs)[0]!;
      data.forEach((value, i) => {
        sum[i % size]! += value;
        squares[i % size]! += value * value;
      });
    }
  } finally {
    await session.close();
  }
  const mean = Float32Array.from(sum, (total) => total / count);
  const variance = Float32Array.from(squares, (total, i) => total / count - (sum[i]! / count) ** 2);
  return { mean, variance };
}
