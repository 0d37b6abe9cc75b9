import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { filling, numberedCrops, SIZE } from '../../test/numbered-crops.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { TeacherError } from '../errors.js';
import { verifyEmbeddingCache } from './embedding-cache.js';
import { fillEmbeddingCache } from './fill.js';
import { mergeEmbeddingShards } from './merge.js';

const COUNT = 1100; // five blocks, the last of 76 images

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

const fillParts = async (parts: number, indices = Array.from({ length: parts }, (_, index) => index)) => {
  for (const index of indices) await fillEmbeddingCache(filling(folder, COUNT, { index, count: parts }));
};

describe('merging the parts of a cache', () => {
  test.each([1, 2, 3, 5, 7])('gives the bytes that one process writes, of %d parts', async (parts) => {
    const expected = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
    await fillParts(parts);
    const path = await mergeEmbeddingShards(filling(folder, COUNT));
    expect(await readFile(path)).toEqual(expected);
    expect(await readdir(folder)).toHaveLength(1); // the parts are gone
    expect(await mergeEmbeddingShards(filling(folder, COUNT))).toBe(path); // and asking again changes nothing
  });

  test('in float16, of mirrored images, too', async () => {
    const options = { precision: 'float16', variant: 'mirrored' } as const;
    const expected = await readFile(
      await fillEmbeddingCache({ ...filling(await temporaryFolder(), COUNT), ...options }),
    );
    for (const index of [1, 0])
      await fillEmbeddingCache({ ...filling(folder, COUNT, { index, count: 2 }), ...options });
    expect(await readFile(await mergeEmbeddingShards({ ...filling(folder, COUNT), ...options }))).toEqual(expected);
  });

  test('names the parts that are missing', async () => {
    await expect(mergeEmbeddingShards(filling(folder, COUNT))).rejects.toThrow(
      /has no parts of .*-plain-float32\.embeddings; fill them first/,
    );
    await fillParts(4, [0, 2]);
    const merging = mergeEmbeddingShards(filling(folder, COUNT));
    await expect(merging).rejects.toThrow(TeacherError);
    await expect(merging).rejects.toThrow(/1\/4, 3\/4 are not finished; fill them first/);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test('takes the complete set where parts of another number lie beside', async () => {
    await fillParts(3, [1]);
    await fillParts(2);
    const path = await mergeEmbeddingShards(filling(folder, COUNT));
    expect((await verifyEmbeddingCache(path)).damaged).toEqual([]);
    expect(await readdir(folder)).toHaveLength(2); // the third of the other set is not its own to remove
  });

  test('does not take the parts of other images for its own', async () => {
    await fillParts(2);
    const other = { ...filling(folder, COUNT), images: numberedCrops({ count: COUNT, fingerprint: '0'.repeat(64) }) };
    await expect(mergeEmbeddingShards(other)).rejects.toThrow(/has no parts/);
  });

  test('refuses a damaged part, names it, and removes nothing', async () => {
    await fillParts(2);
    const part = (await readdir(folder)).find((name) => name.includes('part-1-of-2'))!;
    const file = await open(join(folder, part), 'r+');
    await file.write(Buffer.of(0xff), 0, 1, 4096 + 256 * (SIZE * 4 + 4) + 4 + 9);
    await file.close();
    await expect(mergeEmbeddingShards(filling(folder, COUNT))).rejects.toThrow(
      /part-1-of-2.* images 768 to 1023 .*delete the file and fill part 1\/2 again/,
    );
    expect(await readdir(folder)).toHaveLength(2);
    await rm(join(folder, part));
    await fillParts(2, [1]);
    await mergeEmbeddingShards(filling(folder, COUNT));
  });

  test('of a verified part says which images it has', async () => {
    await fillParts(2, [1]);
    const [part] = await readdir(folder);
    expect(await verifyEmbeddingCache(join(folder, part!))).toMatchObject({ images: COUNT - 512, damaged: [] });
  });
});
