import { open, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/tiny-models.js';
import { openEmbeddingCache, type ImageSource } from './embedding-cache.js';
import { TeacherError } from './errors.js';

const SIZE = 4;
const COUNT = 10;
const HEADER_BYTES = 4096;

/** Image i is one byte, i; its embedding is the unit vector at angle i in the plane of coordinates i and i + 1. */
const embeddingOf = (i: number) => {
  const row = new Float32Array(SIZE);
  row[i % SIZE] = Math.cos(i);
  row[(i + 1) % SIZE] = Math.sin(i);
  return row;
};

class CountingTeacher {
  readonly sha256: string;
  readonly embeddingSize = SIZE;
  embedded: number[] = [];

  constructor(sha256 = 'a'.repeat(64)) {
    this.sha256 = sha256;
  }

  embed(images: Uint8Array): Promise<Float32Array> {
    this.embedded.push(...images);
    return Promise.resolve(Float32Array.from([...images].flatMap((i) => [...embeddingOf(i)])));
  }
}

function imageSource({ failAt = Infinity, fingerprint = 'f'.repeat(64), count = COUNT } = {}): ImageSource {
  return {
    fingerprint,
    count: COUNT,
    async *imagesFrom(start) {
      for (let i = start; i < count; i += 3) {
        if (i >= failAt) throw new Error('the disk is gone');
        yield Uint8Array.from({ length: Math.min(3, count - i) }, (_, k) => i + k);
      }
    },
  };
}

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('the embedding cache', () => {
  test('gives the rows of any positions in the order asked for', async () => {
    const cache = await openEmbeddingCache({ folder, teacher: new CountingTeacher(), images: imageSource() });
    const rows = await cache.rows([7, 0, 7, 9]);
    [7, 0, 7, 9].forEach((position, i) => expect(rows.slice(i * SIZE, (i + 1) * SIZE)).toEqual(embeddingOf(position)));
    await expect(cache.rows([10])).rejects.toThrow(RangeError);
    await cache.close();
  });

  test('is computed once', async () => {
    const teacher = new CountingTeacher();
    for (let time = 0; time < 2; time++) await (await openEmbeddingCache({ folder, teacher, images: imageSource() })).close();
    expect(teacher.embedded).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('goes on where an interrupted computation stopped', async () => {
    const teacher = new CountingTeacher();
    await expect(openEmbeddingCache({ folder, teacher, images: imageSource({ failAt: 6 }) })).rejects.toThrow('the disk is gone');
    expect((await readdir(folder)).every((name) => name.endsWith('.partial'))).toBe(true);
    teacher.embedded = [];
    const cache = await openEmbeddingCache({ folder, teacher, images: imageSource() });
    expect(teacher.embedded).toEqual([6, 7, 8, 9]);
    expect((await cache.rows([2])).slice()).toEqual(embeddingOf(2));
    await cache.close();
  });

  test('computes a row again that an interruption left half-written', async () => {
    const teacher = new CountingTeacher();
    await expect(openEmbeddingCache({ folder, teacher, images: imageSource({ failAt: 6 }) })).rejects.toThrow();
    const [partial] = await readdir(folder);
    await truncate(join(folder, partial!), HEADER_BYTES + 4 * SIZE * 4 + 5);
    teacher.embedded = [];
    const cache = await openEmbeddingCache({ folder, teacher, images: imageSource() });
    expect(teacher.embedded).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await cache.rows([4, 5])).toEqual(Float32Array.from([...embeddingOf(4), ...embeddingOf(5)]));
    await cache.close();
  });

  test('is another one for another teacher and for other images', async () => {
    for (const [sha256, fingerprint] of [['1', '1'], ['1', '2'], ['2', '1']] as const) {
      const teacher = new CountingTeacher(sha256.repeat(64));
      await (await openEmbeddingCache({ folder, teacher, images: imageSource({ fingerprint: fingerprint.repeat(64) }) })).close();
      expect(teacher.embedded).toHaveLength(COUNT);
    }
  });

  test('of a wrong length or header is computed again', async () => {
    const teacher = new CountingTeacher();
    const cache = await openEmbeddingCache({ folder, teacher, images: imageSource() });
    await cache.close();
    await truncate(cache.path, HEADER_BYTES + 10);
    await (await openEmbeddingCache({ folder, teacher, images: imageSource() })).close();
    expect(teacher.embedded).toHaveLength(2 * COUNT);
    const file = await open(cache.path, 'r+');
    await file.write('x', 5);
    await file.close();
    await (await openEmbeddingCache({ folder, teacher, images: imageSource() })).close();
    expect(teacher.embedded).toHaveLength(3 * COUNT);
  });

  test('refuses a row whose bytes were lost', async () => {
    const cache = await openEmbeddingCache({ folder, teacher: new CountingTeacher(), images: imageSource() });
    const file = await open(cache.path, 'r+');
    await file.write(new Uint8Array(SIZE * 4), 0, SIZE * 4, HEADER_BYTES + 3 * SIZE * 4);
    await file.close();
    await expect(cache.rows([3])).rejects.toThrow(TeacherError);
    await expect(cache.rows([3])).rejects.toThrow(/image 3 is damaged/);
    expect(await cache.rows([4])).toEqual(embeddingOf(4));
    await cache.close();
  });

  test('refuses images that end early', async () => {
    const refused = openEmbeddingCache({ folder, teacher: new CountingTeacher(), images: imageSource({ count: 8 }) });
    await expect(refused).rejects.toThrow(/ended after 8 of 10/);
  });
});
