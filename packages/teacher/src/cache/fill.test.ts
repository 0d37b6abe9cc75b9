import { open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { filling, numberedCrops, numbersFrom, NumberTeacher, SIZE } from '../../test/numbered-crops.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { EmbeddingError } from '../errors.js';
import { openEmbeddingCache } from './embedding-cache.js';
import { fillEmbeddingCache, type FillOptions } from './fill.js';

const COUNT = 700;
const HEADER_BYTES = 4096;
const BLOCK_BYTES = 256 * (SIZE * 4 + 4) + 4;

let folder: string;
let whole: Buffer;
beforeAll(async () => {
  whole = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
});
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Fills with a source that fails at an image; then nothing has the name of a finished cache. */
async function interrupted(failAt: number): Promise<string> {
  const failing = fillEmbeddingCache({ ...filling(folder, COUNT), images: numberedCrops({ count: COUNT, failAt }) });
  await expect(failing).rejects.toThrow('the disk is gone');
  const names = await readdir(folder);
  expect(names.every((name) => name.endsWith('.partial'))).toBe(true);
  return join(folder, names[0]!);
}

/** Fills the rest: what was embedded for it. The file is the one of a process that was never disturbed. */
async function resumed(): Promise<number[]> {
  const teacher = new NumberTeacher();
  expect(await readFile(await fillEmbeddingCache({ ...filling(folder, COUNT), teacher }))).toEqual(whole);
  expect(await readdir(folder)).toHaveLength(1);
  return teacher.embedded;
}

describe('filling a cache', () => {
  test('goes on after the last whole block', async () => {
    await interrupted(600);
    expect(await resumed()).toEqual(numbersFrom(512, COUNT));
  });

  test('computes a block again that an interruption left half-written', async () => {
    await truncate(await interrupted(600), HEADER_BYTES + BLOCK_BYTES + 77);
    expect(await resumed()).toEqual(numbersFrom(256, COUNT));
  });

  test('goes on where a block was damaged since', async () => {
    const partial = await open(await interrupted(600), 'r+');
    await partial.write(Buffer.of(0x55), 0, 1, HEADER_BYTES + 20);
    await partial.close();
    expect(await resumed()).toEqual(numbersFrom(0, COUNT));
  });

  test('begins anew where not even the header was written', async () => {
    await truncate(await interrupted(600), 100);
    expect(await resumed()).toEqual(numbersFrom(0, COUNT));
  });

  test('says how far it is, and how much of that it found', async () => {
    await interrupted(600);
    const said: unknown[] = [];
    await fillEmbeddingCache({ ...filling(folder, COUNT), onProgress: (progress) => said.push(progress) });
    expect(said).toEqual([{ images: 700, total: 700, found: 512 }]);
  });

  test('gives every block to the teacher from its first image on, however the source cuts its pieces', async () => {
    for (const piece of [1, 64, 256, 1000]) {
      const path = await fillEmbeddingCache({
        ...filling(join(folder, String(piece)), COUNT),
        images: numberedCrops({ count: COUNT, piece }),
      });
      expect(await readFile(path)).toEqual(whole);
    }
  });

  test('by two at once ends well for both, with the same bytes', async () => {
    const paths = await Promise.all([0, 1].map(() => fillEmbeddingCache(filling(folder, COUNT))));
    expect(paths[0]).toBe(paths[1]);
    expect(await readFile(paths[0]!)).toEqual(whole);
  });

  test.each([
    ['ends early', { there: 600 }, /The images ended after 600 of 700/],
    ['ends early at the end of a block', { there: 512 }, /The images ended after 512 of 700/],
  ])('refuses a source that %s', async (_, source, message) => {
    await expect(
      fillEmbeddingCache({ ...filling(folder, COUNT), images: numberedCrops({ count: COUNT, ...source }) }),
    ).rejects.toThrow(message);
    await resumed();
  });

  test('refuses a source that gives more than it announced', async () => {
    const { imagesFrom, ...images } = numberedCrops({ count: COUNT });
    const more = { ...images, imagesFrom: (start: number, end: number) => imagesFrom(start, end + 1) };
    await expect(fillEmbeddingCache({ ...filling(folder, COUNT), images: more })).rejects.toThrow(
      /more images than the 700/,
    );
  });

  test("passes on the teacher's own error and keeps what was done", async () => {
    const teacher = new NumberTeacher();
    const failing = {
      ...teacher,
      embedWithNorms: (images: unknown) =>
        teacher.embedded.length < 256 ? teacher.embedWithNorms(images) : Promise.reject(new Error('out of memory')),
    };
    await expect(fillEmbeddingCache({ ...filling(folder, COUNT), teacher: failing as never })).rejects.toThrow(
      'out of memory',
    );
    expect(await resumed()).toEqual(numbersFrom(256, COUNT));
  });

  describe('with a crop in 300 that has no embedding', () => {
    const failing = () => {
      const numbers = new NumberTeacher();
      const embedWithNorms: FillOptions['teacher']['embedWithNorms'] = async (images, { onFailed } = {}) => {
        const found = await numbers.embedWithNorms(images);
        const at = numbers.embedded.indexOf(300) % 256;
        if (at < 0 || numbers.embedded.length > 512) return found;
        const failure = new EmbeddingError(at, 'its numbers are not finite.');
        if (!onFailed) throw failure;
        onFailed(failure);
        found.embeddings.fill(NaN, at * SIZE, (at + 1) * SIZE);
        found.norms[at] = NaN;
        return found;
      };
      return { sha256: numbers.sha256, embeddingSize: SIZE, embedWithNorms };
    };
    const images = { ...numberedCrops({ count: COUNT }), nameOf: (position: number) => `key ${position + 1} of faces` };

    test('stops, and names it', async () => {
      const options = { ...filling(folder, COUNT), images };
      const stopped = fillEmbeddingCache({ ...options, teacher: failing() });
      await expect(stopped).rejects.toThrow(/^key 301 of faces: its numbers are not finite\.$/);
      await expect(fillEmbeddingCache({ ...filling(folder, COUNT), teacher: failing() })).rejects.toThrow(
        /^image 300 \(counted from 0\): its numbers/,
      );
    });

    test.each(['float32', 'float16'] as const)('goes on where the caller takes it, in %s', async (precision) => {
      const told: string[] = [];
      const onFailed = ({ position, message }: EmbeddingError) => told.push(`${position} ${message}`);
      const options = { ...filling(folder, COUNT), images, precision };
      for (let i = 0; i < 2; i++) {
        const cache = await openEmbeddingCache({ ...options, teacher: failing(), onFailed });
        expect(cache.missing).toEqual([300]);
        const [, row] = [await cache.rows([299, 301]), cache.rows([299, 300])];
        await expect(row).rejects.toThrow(/has no embedding of image 300: the teacher gave none/);
        await cache.close();
      }
      expect(told).toEqual([
        '300 key 301 of faces: its numbers are not finite.',
        expect.stringMatching(/^300 key 301 of faces: the teacher gave no embedding of it when .* was filled/),
      ]);
      await expect(openEmbeddingCache({ ...options, teacher: failing() })).rejects.toThrow(
        /^key 301 of faces: the teacher/,
      );
    });
  });

  test.each([
    { index: 2, count: 2 },
    { index: -1, count: 2 },
    { index: 0.5, count: 2 },
    { index: 0, count: 0 },
  ])('refuses part $index of $count', async (shard) => {
    await expect(fillEmbeddingCache(filling(folder, COUNT, shard))).rejects.toThrow(RangeError);
  });
});
