// How many pairs of sample faces a teacher verifies.
import { expect } from 'vitest';
import { drawPairs, IMAGE_BYTES, sampleFace } from '@lin/data';
import { verifyPairs } from '@lin/verification';
import type { Teacher } from '@lin/teacher';

const IDENTITIES = 200;
const IMAGES_EACH = 6;
const COUNT = IDENTITIES * IMAGES_EACH;

/** The mean over ten folds, of 3,000 pairs. */
export async function accuracyOnSampleFaces(teacher: Teacher, seed: number): Promise<number> {
  const images = new Uint8Array(COUNT * IMAGE_BYTES);
  for (let i = 0; i < COUNT; i++)
    images.set(
      sampleFace({ seed, identity: Math.floor(i / IMAGES_EACH), image: i % IMAGES_EACH }).pixels,
      i * IMAGE_BYTES,
    );
  const rows = await teacher.embed(images);
  const keys = Float64Array.from({ length: COUNT }, (_, i) => i);
  const pairs = drawPairs(
    { keys, labels: Int32Array.from(keys, (i) => Math.floor(i / IMAGES_EACH)) },
    { folds: 10, pairsPerFold: 150 },
  );
  const embeddings = new Float32Array(pairs.length * 2 * 512);
  pairs
    .flatMap(({ first, second }) => [first, second])
    .forEach((row, i) => embeddings.set(rows.subarray(row * 512, (row + 1) * 512), i * 512));
  expect(pairs).toHaveLength(3000);
  return verifyPairs({ embeddings, same: pairs.map(({ same }) => same) }).accuracy.mean;
}
