// The stand-in teacher on the sample set's own faces, drawn and read as a run does it: @lin/teacher and @lin/data know nothing of each
// other.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { batches, ensureSampleSet, openRecords } from '@lin/data';
import { loadTeacher } from '@lin/teacher';
import { ensureStandInTeacher } from '@lin/teacher/stand-in';
import { temporaryFolder } from './toy.js';

const IDENTITIES = 24;
const IMAGES_PER_IDENTITY = 4;
const HALF = (IDENTITIES / 2) * IMAGES_PER_IDENTITY;
const IMAGE_BYTES = 112 * 112 * 3;

/** The first half of the identities, to calibrate on; the other half, to measure. */
let seen: Uint8Array;
let unseen: { images: Uint8Array; labels: Int32Array };
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await ensureSampleSet(join(folder, 'sample'), { identities: IDENTITIES, imagesPerIdentity: IMAGES_PER_IDENTITY });
  const records = await openRecords(join(folder, 'sample'));
  for await (const { images, labels } of batches(records, { batchSize: 2 * HALF })) {
    seen = images.subarray(0, HALF * IMAGE_BYTES);
    unseen = { images: images.subarray(HALF * IMAGE_BYTES), labels: labels.subarray(HALF) };
  }
  await records.close();
});

/** Mean cosine over pairs of unseen images of different identities, as a stand-in calibrated on these images gives them. */
async function meanCosineAcrossIdentities(name: string, calibrationImages: Uint8Array): Promise<number> {
  const model = join(folder, name);
  await ensureStandInTeacher(model, { calibrationImages: () => Promise.resolve(calibrationImages) });
  const teacher = await loadTeacher({ model });
  const embeddings = await teacher.embed(unseen.images);
  const { embeddingSize } = teacher;
  await teacher.close();
  expect(embeddingSize).toBe(512);
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < HALF; i++) {
    for (let j = 0; j < i; j++) {
      if (unseen.labels[i] === unseen.labels[j]) continue;
      for (let k = 0; k < embeddingSize; k++)
        sum += embeddings[i * embeddingSize + k]! * embeddings[j * embeddingSize + k]!;
      pairs++;
    }
  }
  expect(pairs).toBe((HALF * (HALF - IMAGES_PER_IDENTITY)) / 2);
  return sum / pairs;
}

test('calibrated on sample faces, it spreads those of other identities: mean pairwise cosine at most 0.2', async () => {
  expect(await meanCosineAcrossIdentities('faces.onnx', seen)).toBeLessThan(0.2);
});

test('calibrated on noise, which no face is like, it would not: the bound can be missed', async () => {
  let state = 1;
  const noise = Uint8Array.from(
    { length: 32 * IMAGE_BYTES },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24,
  );
  expect(await meanCosineAcrossIdentities('noise.onnx', noise)).toBeGreaterThan(0.2);
});
