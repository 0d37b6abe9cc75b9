import { open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { embeddingOf, filling, normOf, NumberTeacher, numberedCrops, SIZE } from '../../test/numbered-crops.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { TeacherError } from '../errors.js';
import { openEmbeddingCache, verifyEmbeddingCache } from './embedding-cache.js';

const COUNT = 300;
const HEADER_BYTES = 4096;
/** Of 256 images: rows, norms, checksum. */
const BLOCK_BYTES = 256 * (SIZE * 4 + 4) + 4;

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function overwrite(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, offset);
  await file.close();
}

/** A finished cache that is closed again. */
async function finished(): Promise<string> {
  const cache = await openEmbeddingCache(filling(folder, COUNT));
  await cache.close();
  return cache.path;
}

describe('the embedding cache', () => {
  test('gives the rows and norms of any positions in the order asked for', async () => {
    const cache = await openEmbeddingCache(filling(folder, COUNT));
    const positions = [7, 0, 7, 255, 256, 299];
    const rows = await cache.rows(positions);
    positions.forEach((position, i) => expect(rows.slice(i * SIZE, (i + 1) * SIZE)).toEqual(embeddingOf(position)));
    expect(await cache.norms(positions)).toEqual(Float32Array.from(positions, normOf));
    for (const wrong of [COUNT, -1, 0.5]) await expect(cache.rows([wrong])).rejects.toThrow(RangeError);
    await cache.close();
  });

  test('in float16 takes half the space, and gives unit rows that are as near as float16 is', async () => {
    const cache = await openEmbeddingCache({ ...filling(folder, COUNT), precision: 'float16' });
    for (const position of [1, 100, 299]) {
      const row = await cache.rows([position]);
      expect(Math.hypot(...row)).toBeCloseTo(1, 6);
      // half a unit in the last place of 0.5 … 1 is 2⁻¹², once more for the length
      row.forEach((value, i) => expect(Math.abs(value - embeddingOf(position)[i]!)).toBeLessThan(2 ** -10));
    }
    expect(await cache.norms([299])).toEqual(Float32Array.of(normOf(299)));
    expect((await readFile(cache.path)).length).toBe(HEADER_BYTES + COUNT * (SIZE * 2 + 4) + 2 * 4);
    await cache.close();
  });

  test('is computed once', async () => {
    const teacher = new NumberTeacher();
    for (let time = 0; time < 2; time++)
      await (await openEmbeddingCache({ ...filling(folder, COUNT), teacher })).close();
    expect(teacher.embedded).toHaveLength(COUNT);
  });

  test('is another file for another teacher, other images, mirrored or altered ones, and the other precision', async () => {
    const others = [
      {},
      { teacher: new NumberTeacher('b'.repeat(64)) },
      { images: numberedCrops({ count: COUNT, fingerprint: '1'.repeat(64) }) },
      { variant: 'mirrored' },
      { variant: 'altered-0a1b-3' },
      { precision: 'float16' },
    ] as const;
    for (const other of others) await (await openEmbeddingCache({ ...filling(folder, COUNT), ...other })).close();
    expect((await readdir(folder)).sort()).toEqual([
      '1111111111111111'.replace(/^/, 'aaaaaaaaaaaaaaaa-') + '-plain-float32.embeddings',
      'aaaaaaaaaaaaaaaa-ffffffffffffffff-altered-0a1b-3-float32.embeddings',
      'aaaaaaaaaaaaaaaa-ffffffffffffffff-mirrored-float32.embeddings',
      'aaaaaaaaaaaaaaaa-ffffffffffffffff-plain-float16.embeddings',
      'aaaaaaaaaaaaaaaa-ffffffffffffffff-plain-float32.embeddings',
      'bbbbbbbbbbbbbbbb-ffffffffffffffff-plain-float32.embeddings',
    ]);
  });

  test('has no name that could be the path of another file', async () => {
    for (const variant of ['altered-../x', 'altered-', 'altered-A'] as const)
      await expect(openEmbeddingCache({ ...filling(folder, COUNT), variant })).rejects.toThrow(
        `fillEmbeddingCache: variant is ${variant}; expected plain, mirrored, or altered-`,
      );
  });

  test('of no images is there too', async () => {
    const cache = await openEmbeddingCache(filling(folder, 0));
    expect(await cache.rows([])).toHaveLength(0);
    await cache.close();
  });
});

describe('a damaged cache', () => {
  test.each([
    [
      'cut short',
      (path: string) => truncate(path, HEADER_BYTES + 10),
      /has 4106 bytes where its header wants 10104; it is damaged, delete it/,
    ],
    [
      'with a wrong header',
      (path: string) => overwrite(path, 5, Buffer.from('x')),
      /at byte 0 has no header of lin\.embeddings\.2/,
    ],
    ['that is empty', (path: string) => writeFile(path, ''), /at byte 0 has no header/],
    [
      'damaged at its end',
      (path: string) => overwrite(path, HEADER_BYTES + BLOCK_BYTES, Buffer.alloc(4)),
      /at byte 9220: the embeddings of images 256 to 299 are not those that were written; delete the file/,
    ],
  ])('%s is refused, not computed over', async (_, damage, message) => {
    const path = await finished();
    await damage(path);
    const before = await readFile(path);
    const opened = openEmbeddingCache(filling(folder, COUNT));
    await expect(opened).rejects.toThrow(TeacherError);
    await expect(opened).rejects.toThrow(message);
    expect(await readFile(path)).toEqual(before);
  });

  test('refuses a row whose bytes were lost while it is open', async () => {
    const cache = await openEmbeddingCache(filling(folder, COUNT));
    await overwrite(cache.path, HEADER_BYTES + 3 * SIZE * 4, new Uint8Array(SIZE * 4));
    await expect(cache.rows([3])).rejects.toThrow(
      /at byte 4144: the embedding of image 3 is damaged \(length 0 instead of 1\)/,
    );
    expect(await cache.rows([4])).toEqual(embeddingOf(4));
    await cache.close();
  });

  test('whose lengths are all right is found by verification, to the last bit', async () => {
    const cache = await openEmbeddingCache(filling(folder, 600));
    await cache.close();
    expect(await verifyEmbeddingCache(cache.path)).toEqual({ path: cache.path, images: 600, damaged: [] });
    const at = HEADER_BYTES + BLOCK_BYTES + 40;
    const bytes = await readFile(cache.path);
    await overwrite(cache.path, at, Buffer.of(bytes[at]! ^ 1));
    const { damaged } = await verifyEmbeddingCache(cache.path);
    expect(damaged).toEqual([
      {
        firstImage: 256,
        images: 256,
        byte: HEADER_BYTES + BLOCK_BYTES,
        message: expect.stringContaining('images 256 to 511') as string,
      },
    ]);
  });
});
