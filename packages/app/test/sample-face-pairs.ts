// How many pairs of sample faces a teacher verifies.
import { expect } from 'vitest';
import { drawPairs, IMAGE_BYTES, sampleFace } from '@lin/data';
import { verifyPairs } from '@lin/verification';
import type { Teacher } from '@lin/teacher';

const IMAGES_EACH = 6;
const FOLDS = 10;

/** The mean over ten folds, of 15 pairs for each identity. */
export async function accuracyOnSampleFaces(
  teacher: Teacher,
  { seed, identities }: { seed: number; identities: number },
): Promise<number> {
  const count = identities * IMAGES_EACH;
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++)
    images.set(
      sampleFace({ seed, identity: Math.floor(i / IMAGES_EACH), image: i % IMAGES_EACH }).pixels,
      i * IMAGE_BYTES,
    );
  const rows = await teacher.embed(images);
  const keys = Float64Array.from({ length: count }, (_, i) => i);
  const pairs = drawPairs(
    { keys, labels: Int32Array.from(keys, (i) => Math.floor(i / IMAGES_EACH)) },
    { folds: FOLDS, pairsPerFold: (7.5 * identities) / FOLDS },
  );
  const embeddings = new Float32Array(pairs.length * 2 * 512);
  pairs
    .flatMap(({ first, second }) => [first, second])
    .forEach((row, i) => embeddings.set(rows.subarray(row * 512, (row + 1) * 512), i * 512));
  expect(pairs).toHaveLength(15 * identities);
  return verifyPairs({ embeddings, same: pairs.map(({ same }) => same) }).accuracy.mean;
}
