import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSampleSet, IMAGE_BYTES, openRecords, type RecordSet } from '@lin/data';
import { temporaryFolder } from '../../test/toy.js';
import { EmbeddingsOnDemand } from './embeddings-on-demand.js';

let records: RecordSet;
beforeAll(async () => {
  const folder = join(await temporaryFolder(), 'faces');
  await ensureSampleSet(folder, { identities: 2, imagesPerIdentity: 3, seed: 0 });
  records = await openRecords(folder);
});
afterAll(() => records.close());

test('the teacher sees the images that are asked for, each once, whatever the order', async () => {
  const seen: Uint8Array[] = [];
  const teacher = {
    embeddingSize: 2,
    async embed(images: Uint8Array) {
      const each = Array.from({ length: images.length / IMAGE_BYTES }, (_, i) =>
        images.slice(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
      );
      seen.push(...each);
      return Float32Array.from(each.flatMap((image) => [image[0]!, image[IMAGE_BYTES / 2]!]));
    },
  };
  const damage = { onCorrupt: 'error' as const, maxCorrupt: 0, onSkip: () => {} };
  const plain = new EmbeddingsOnDemand(teacher, { records, damage }, {});
  const [four, one] = [await plain.rows([4]), await plain.rows([1])];
  expect([...(await plain.rows([1, 4, 1]))]).toEqual([...one, ...four, ...one]);
  expect(seen).toHaveLength(2);
  await plain.rows([0, 1, 2, 3, 4, 5]);
  expect(seen).toHaveLength(6);
  expect(new Set(seen.map((image) => Buffer.from(image).toString('latin1'))).size).toBe(6);
  const mirrored = new EmbeddingsOnDemand(teacher, { records, damage }, { augment: { flip: 1 } });
  await mirrored.rows([4]);
  const row = (image: Uint8Array) => Array.from({ length: 112 }, (_, x) => [...image.subarray(3 * x, 3 * x + 3)]);
  expect(row(seen.at(-1)!)).toEqual(row(seen[0]!).toReversed());
});
