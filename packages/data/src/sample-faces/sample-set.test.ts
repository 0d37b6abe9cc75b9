import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../../tools/bundled-script-for-tests.js';
import { temporaryFolder } from '../../test/hand-made-sets.js';
import { referenceRead, referenceUnpack } from '../../test/reference-recordio.js';
import { batches } from '../batches/batches.js';
import { decodeImage } from '../images/decode-image.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { DataOptionError } from '../errors.js';
import { openRecords } from '../records/open-records.js';
import type { RecordSet } from '../records/record-set.js';
import { drawIdentity } from './draw-identity.js';
import { ensureSampleSet, IDENTITIES, IMAGES_PER_IDENTITY } from './sample-set.js';

const SMALL = { identities: 6, imagesPerIdentity: 5 }; // draw-sample.ts draws the same

let folder: string;
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'sample');
});

const bytesOf = async (path: string) =>
  Buffer.concat(await Promise.all(['train.rec', 'train.idx', 'property'].map((name) => readFile(join(path, name)))));
const siblings = () => readdir(resolve(folder, '..'));

/** draw-sample.ts in its own process; resolves with the signal that ended it, if any. */
async function drawInAnotherProcess(...args: string[]): Promise<string | null> {
  const script = await bundledScript(resolve(import.meta.dirname, '../../test/draw-sample.ts'));
  return promisify(execFile)(process.execPath, [script, folder, ...args]).then(
    () => null,
    (error: { signal: string | null; stderr: string }) => error.signal ?? error.stderr,
  );
}

describe('the sample set', () => {
  test('has by default at least 4,000 images of at least 400 identities', async () => {
    expect(IDENTITIES).toBeGreaterThanOrEqual(400);
    let total = 0;
    const stopAtOnce = ensureSampleSet(folder, {
      onProgress: (progress) => {
        total = progress.total;
        throw new Error('seen enough');
      },
    });
    await expect(stopAtOnce).rejects.toThrow('seen enough');
    expect(total).toBe(IDENTITIES * IMAGES_PER_IDENTITY);
    expect(total).toBeGreaterThanOrEqual(4000);
  });

  test('is a genuine InsightFace set', async () => {
    await ensureSampleSet(folder, SMALL);
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
    expect(await readFile(join(folder, 'property'), 'utf8')).toBe('6,112,112\n');
    const records = referenceRead(await readFile(join(folder, 'train.rec'))).map(({ payload }) =>
      referenceUnpack(payload),
    );
    expect(records.length).toBe(30 + 1 + 6);
    expect(records[30]).toEqual({ flag: 2, labels: [31, 37], id: 0, image: [] });
    records.slice(0, 30).forEach(({ labels, id, image }, i) => {
      expect([labels[0], id]).toEqual([Math.floor(i / 5), i + 1]);
      expect([image.slice(0, 2), image.slice(-2)]).toEqual([
        [0xff, 0xd8],
        [0xff, 0xd9],
      ]); // a JPEG from its first marker to its last
    });
  });

  test('opens, and every image decodes', async () => {
    await ensureSampleSet(folder, SMALL);
    const records = await openRecords(folder);
    expect(records).toMatchObject({ layout: 'insightface', imageCount: 30, identityCount: 6 });
    expect([...records.labels]).toEqual(Array.from({ length: 30 }, (_, i) => Math.floor(i / 5)));
    for (const key of records.keys) await decodeImage((await records.read(key)).image, `key ${key}`);
    await records.close();
  });

  test('has the same bytes for the same options, and other faces for another seed', async () => {
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const)
      await ensureSampleSet(join(folder, name), { ...SMALL, seed });
    expect((await bytesOf(join(folder, 'a'))).equals(await bytesOf(join(folder, 'b')))).toBe(true);
    expect((await bytesOf(join(folder, 'a'))).equals(await bytesOf(join(folder, 'c')))).toBe(false);
  });

  test('of more identities begins with the same faces', async () => {
    await ensureSampleSet(join(folder, 'few'), { identities: 2, imagesPerIdentity: 3 });
    await ensureSampleSet(join(folder, 'more'), { identities: 3, imagesPerIdentity: 4 });
    const [few, more] = [await openRecords(join(folder, 'few')), await openRecords(join(folder, 'more'))];
    expect((await few.read(6)).image.equals((await more.read(7)).image)).toBe(true); // the second one's third picture
    await Promise.all([few.close(), more.close()]);
  });

  test('reports progress image by image', async () => {
    const seen: number[] = [];
    await ensureSampleSet(folder, { ...SMALL, onProgress: ({ images, total }) => seen.push(images, total) });
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => [i + 1, 30]).flat());
  });

  const unfit = [
    { identities: 0 },
    { identities: 2.5 },
    { imagesPerIdentity: -1 },
    { imagesPerIdentity: NaN },
    { seed: 0.5 },
  ];
  test.each(unfit)('of %o is a DataOptionError', async (options) => {
    await expect(ensureSampleSet(folder, options)).rejects.toThrow(DataOptionError);
    await expect(ensureSampleSet(folder, options)).rejects.toThrow(`ensureSampleSet: ${Object.keys(options)[0]} is`);
  });
});

describe('its folder', () => {
  test('is left alone when the set is there', async () => {
    await ensureSampleSet(folder, SMALL);
    const { mtimeMs } = await stat(join(folder, 'train.rec'));
    await ensureSampleSet(folder, { ...SMALL, seed: 9 });
    expect((await stat(join(folder, 'train.rec'))).mtimeMs).toBe(mtimeMs);
  });

  test('may be there if it is empty, may end in a slash, and may lack its parents', async () => {
    await mkdir(folder);
    await ensureSampleSet(folder, SMALL);
    await ensureSampleSet(join(folder, '../deep/er/') + '/', SMALL);
    expect((await bytesOf(join(folder, '../deep/er'))).equals(await bytesOf(folder))).toBe(true);
    expect((await siblings()).sort()).toEqual(['deep', 'sample']);
  });

  test('that holds something else is refused before anything is drawn', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(ensureSampleSet(folder)).rejects.toThrow(DataOptionError);
    await expect(ensureSampleSet(join(folder, 'notes.txt'))).rejects.toThrow(DataOptionError);
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  test('does not appear after an error, and nothing is left beside it', async () => {
    const failing = ensureSampleSet(folder, {
      ...SMALL,
      onProgress: ({ images }) => {
        if (images === 17) throw new Error('enough');
      },
    });
    await expect(failing).rejects.toThrow('enough');
    expect(await siblings()).toEqual([]);
  });

  test('does not appear when the process is killed half-way; the next one makes it whole', async () => {
    expect(await drawInAnotherProcess('17')).toBe('SIGKILL');
    expect((await siblings()).filter((name) => !name.startsWith('sample.partial-'))).toEqual([]);
    expect(await drawInAnotherProcess()).toBe(null);
    const records = await openRecords(folder);
    expect(records.imageCount).toBe(30);
    await records.close();
  });

  test('is made once by many processes, or many calls, that want it at the same time', async () => {
    const calls = [
      drawInAnotherProcess(),
      drawInAnotherProcess(),
      ensureSampleSet(folder, SMALL),
      ensureSampleSet(folder, SMALL),
    ];
    expect(await Promise.all(calls)).toEqual([null, null, undefined, undefined]);
    expect(await siblings()).toEqual(['sample']);
    await ensureSampleSet(join(folder, '../alone'), SMALL);
    expect((await bytesOf(folder)).equals(await bytesOf(join(folder, '../alone')))).toBe(true);
  });

  test('loses what a killed process left beside it long ago, but not what another is writing now', async () => {
    for (const name of ['old', 'new']) await mkdir(`${folder}.partial-${name}/set`, { recursive: true });
    for (const name of ['old', 'new']) await writeFile(`${folder}.partial-${name}/set/train.rec.partial`, 'half');
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(`${folder}.partial-old/set/train.rec.partial`, yesterday, yesterday);
    await ensureSampleSet(folder, SMALL);
    expect((await siblings()).sort()).toEqual(['sample', `${basename(folder)}.partial-new`]);
  });
});

describe('its faces', () => {
  const large = { identities: 100, imagesPerIdentity: 10 };
  const options = { identities: 40, imagesPerIdentity: 10 };
  const GRID = 14;
  let records: RecordSet;
  let images: Uint8Array[];
  let labels: number[];

  beforeAll(async () => {
    const path = join(await temporaryFolder(), 'faces');
    await ensureSampleSet(path, large);
    records = await openRecords(path);
    const count = options.identities * options.imagesPerIdentity;
    images = [];
    for await (const batch of batches(records, { batchSize: 1, keys: records.keys.slice(0, count) }))
      images.push(batch.images);
    labels = [...records.labels.slice(0, count)];
  });
  afterAll(() => records.close());

  test('are the same, and in order, where the set is large enough for threads', async () => {
    expect([records.imageCount, records.identityCount]).toEqual([1000, 100]);
    for (const identity of [0, 1, 50, 99]) {
      for (const [image, jpeg] of (await drawIdentity({ seed: 0, identity, images: 10 })).entries())
        expect((await records.read(records.keys[10 * identity + image]!)).image.equals(jpeg)).toBe(true);
    }
  });

  /**
   * The face without its background, in 14 × 14 squares of mean colour, less the picture's own mean and scale: light and exposure differ in
   * each.
   */
  function features(image: Uint8Array): number[] {
    const [left, top, square] = [28, 28, 56 / GRID];
    const cells = new Array<number>(GRID * GRID * 3).fill(0);
    for (let y = 0; y < 56; y++) {
      for (let x = 0; x < 56; x++) {
        for (let channel = 0; channel < 3; channel++) {
          cells[(Math.floor(y / square) * GRID + Math.floor(x / square)) * 3 + channel]! +=
            image[((top + y) * IMAGE_SIZE + left + x) * 3 + channel]!;
        }
      }
    }
    const norm = Math.hypot(...cells);
    return cells.map((value) => value / norm);
  }

  /** Share of pictures whose own identity has the nearest mean among all, the picture itself left out. */
  function nearestMean(vectors: number[][], labels: number[]): number {
    const size = vectors[0]!.length;
    const sums = Array.from({ length: options.identities }, () => new Array<number>(size).fill(0));
    vectors.forEach((vector, i) => vector.forEach((value, k) => (sums[labels[i]!]![k]! += value)));
    const right = vectors.filter((vector, i) => {
      const distances = sums.map((sum, identity) => {
        const own = identity === labels[i];
        const count = options.imagesPerIdentity - (own ? 1 : 0);
        return vector.reduce((total, value, k) => total + (value - (sum[k]! - (own ? value : 0)) / count) ** 2, 0);
      });
      return distances.indexOf(Math.min(...distances)) === labels[i];
    });
    return right.length / vectors.length;
  }

  test('show who they are: the nearest mean of coarse colour is right far above chance', () => {
    const vectors = images.map(features);
    const found = nearestMean(vectors, labels);
    const byChance = nearestMean(
      vectors,
      labels.map((_, i) => i % options.identities),
    ); // the same pictures under names that mean nothing
    expect(byChance).toBeLessThan(0.1); // 1 in 40 is 0.025
    expect(found).toBeGreaterThan(0.3);
  });

  test('are never the same picture twice', () => {
    expect(new Set(images.map((image) => Buffer.from(image).toString('base64'))).size).toBe(400);
  });

  test('differ from picture to picture of one identity, too', () => {
    for (let i = 1; i < images.length; i++) {
      const difference =
        images[i]!.reduce((sum, value, k) => sum + Math.abs(value - images[i - 1]![k]!), 0) / images[i]!.length;
      expect(difference).toBeGreaterThan(5); // in steps of 255: much more than noise
    }
  });
});
