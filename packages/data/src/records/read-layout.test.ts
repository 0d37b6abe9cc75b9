import { describe, expect, test } from 'vitest';
import {
  assemble,
  HEADER_PLACES,
  im2recRecords,
  insightFaceRecords,
  type HandMadeRecord,
  type HandMadeSet,
} from '../../test/hand-made-sets.js';
import { memoryFile } from '../../test/memory-file.js';
import { referencePack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { Random } from '../order/random.js';
import { readLayout } from './read-layout.js';
import { Offsets } from '../recordio/offsets.js';
import { RecordIndex } from '../recordio/record-index.js';

const indexOf = (rows: HandMadeSet['rows']) =>
  new RecordIndex(
    Float64Array.from(rows, ({ key }) => key),
    Offsets.from(rows.map(({ offset }) => offset)),
    'train.idx',
  );

/** The layout of records as they lie in a file; `without` leaves keys out of the index. */
async function layoutOf(records: HandMadeRecord[], { without = [] as number[] } = {}) {
  const { rec, rows } = assemble(records);
  const listed = rows.filter(({ key }) => !without.includes(key));
  const { name, keys, labels } = await readLayout(memoryFile(rec, { path: 'train.rec' }), indexOf(listed));
  return { name, keys: [...keys], labels: [...labels] };
}

const IMAGES = [[[1, 2, 3], [4]], [[5, 6, 7, 8]], [[9], [10], [11]]];

describe('InsightFace’s layout', () => {
  test.each(HEADER_PLACES)('key 0 and identity records say what the images are (header %s)', async (header) => {
    expect(await layoutOf(insightFaceRecords(IMAGES, { header }))).toEqual({
      name: 'insightface',
      keys: [1, 2, 3, 4, 5, 6],
      labels: [0, 0, 1, 2, 2, 2],
    });
  });

  test('the records may lie in any order', async () => {
    const records = insightFaceRecords(IMAGES);
    const shuffled = [7, 2, 9, 0, 5, 1, 8, 3, 6, 4].map((i) => records[i]!);
    expect((await layoutOf(shuffled)).labels).toEqual([0, 0, 1, 2, 2, 2]);
  });

  test('an identity may have no images', async () => {
    expect((await layoutOf(insightFaceRecords([[[1]], [], [[2]]]))).labels).toEqual([0, 2]);
  });

  test('images that the index leaves out are not there', async () => {
    expect(await layoutOf(insightFaceRecords(IMAGES), { without: [2, 5] })).toEqual({
      name: 'insightface',
      keys: [1, 3, 4, 6],
      labels: [0, 1, 2, 2],
    });
  });

  test('records beyond the identities are left alone', async () => {
    const records = [
      ...insightFaceRecords(IMAGES),
      { key: 10, payload: referencePack(0.5, 10) },
      { key: 99, payload: [1] },
    ];
    expect((await layoutOf(records)).labels).toEqual([0, 0, 1, 2, 2, 2]);
  });

  test('an image in two identity records is an error', async () => {
    const records = insightFaceRecords(IMAGES).map(({ key, payload }) => ({
      key,
      payload: key === 8 ? referencePack([2, 4], 8) : payload,
    }));
    await expect(layoutOf(records)).rejects.toThrow(
      'train.rec key 8: its images begin at key 2, but the identity before ends at 3',
    );
  });

  test('identities whose ranges were exchanged are an error', async () => {
    const ranges = new Map([
      [8, [4, 7]],
      [9, [3, 4]],
    ]);
    const records = insightFaceRecords(IMAGES).map(({ key, payload }) => ({
      key,
      payload: ranges.has(key) ? referencePack(ranges.get(key)!, key) : payload,
    }));
    await expect(layoutOf(records)).rejects.toThrow(
      'train.rec key 9: its images begin at key 3, but the identity before ends at 7',
    );
  });

  test('an identity record that says it is another is an error', async () => {
    const records = insightFaceRecords(IMAGES).map(({ key, payload }) => ({
      key,
      payload: key === 8 ? referencePack([3, 4], 9) : payload,
    }));
    await expect(layoutOf(records)).rejects.toThrow('(key 8): the record there says that it is another');
  });

  test('an identity record that is missing is an error with an image it leaves without identity', async () => {
    await expect(layoutOf(insightFaceRecords(IMAGES), { without: [8] })).rejects.toThrow(
      'train.rec: the image with key 3 is in no identity record',
    );
  });

  test.each([
    ['[0, 5)', [0, 5]],
    ['backwards', [9, 7]],
    ['one label', [7]],
    ['not whole', [7.5, 10]],
    ['no numbers', [NaN, NaN]],
  ])('a header with a range of keys that is %s is an error', async (_, labels) => {
    const records = insightFaceRecords(IMAGES).filter(({ key }) => key !== 0);
    const layout = layoutOf([...records, { key: 0, payload: referencePack(labels, 0) }]);
    await expect(layout).rejects.toThrow(RecordError);
    await expect(layout).rejects.toThrow(
      `train.rec key 0: its labels [${labels.join(', ')}] are no range of identity keys`,
    );
  });

  test.each([
    ['past the images', [3, 8]],
    ['from key 0', [0, 2]],
    ['backwards', [4, 3]],
    ['of one label', [3]],
    ['of no numbers', [NaN, NaN]],
  ])('an identity record with a range %s is an error that names its key', async (_, labels) => {
    const records = insightFaceRecords(IMAGES).map(({ key, payload }) => ({
      key,
      payload: key === 8 ? referencePack(labels, 8) : payload,
    }));
    await expect(layoutOf(records)).rejects.toThrow('train.rec key 8: an identity record with images');
  });

  test('no images at all is an error', async () => {
    await expect(layoutOf(insightFaceRecords([]))).rejects.toThrow('train.rec holds no images');
  });
});

describe('past 2²⁴, where float32 rounds', () => {
  const EXACT = 2 ** 24;
  /** Identities with their images' keys; labels, header and identity records as face2rec2 writes them, which rounds. */
  function roundedSet(
    identities: readonly (readonly number[])[],
    { firstIdentity = Math.max(...identities.flat()) + 1 } = {},
  ): HandMadeRecord[] {
    const images = identities.flatMap((keys, identity) =>
      keys.map((key) => ({ key, payload: referencePack([identity, 1], key, [identity]) })),
    );
    const firsts = [1, ...identities.slice(1).map((keys) => keys[0]!)];
    const ranges = firsts.map((first, i) => [first, firsts[i + 1] ?? firstIdentity]);
    const header = { key: 0, payload: referencePack([firstIdentity, firstIdentity + identities.length], 0) };
    return [
      ...images,
      header,
      ...ranges.map((range, i) => ({ key: firstIdentity + i, payload: referencePack(range, firstIdentity + i) })),
    ];
  }
  const range = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

  test.each([2, 3, 4, 5, 6, 7, 8])(
    'an identity that begins at 2²⁴ + %i is told from the one before by the images’ labels',
    async (first) => {
      const { keys, labels } = await layoutOf(
        roundedSet([range(EXACT - 3, 3 + first), range(EXACT + first, 6), range(EXACT + first + 6, 1)]),
      );
      expect(keys).toEqual(range(EXACT - 3, 3 + first + 6 + 1));
      expect(labels).toEqual([...Array<number>(3 + first).fill(0), ...Array<number>(6).fill(1), 2]);
    },
  );

  test.each([24, 25, 26, 28])('identities of one to five images at 2^%i, all keys there', async (power) => {
    const sizes = [3, 1, 2, 1, 1, 5, 4, 1, 2, 3, 1, 1, 1, 2];
    let next = 2 ** power - 5;
    const identities = sizes.map((size) => {
      next += size;
      return range(next - size, size);
    });
    const { labels } = await layoutOf(roundedSet(identities));
    expect(labels).toEqual(sizes.flatMap((size, identity) => Array<number>(size).fill(identity)));
  });

  test('the records say where the identities begin, the header’s float32 does not', async () => {
    for (const odd of [1, 3, 5, 7]) {
      const images = range(EXACT - 2, 2 + odd);
      const { keys, labels } = await layoutOf(roundedSet([images]));
      expect(keys).toEqual(images);
      expect(labels).toEqual(images.map(() => 0));
    }
  });

  test('where labels do not tell, it is an error rather than a guess', async () => {
    const records = roundedSet([range(EXACT, 5), range(EXACT + 5, 6)]).map(({ key, payload }) =>
      key >= EXACT && key < EXACT + 11 ? { key, payload: referencePack([0, 1], key, [7]) } : { key, payload },
    );
    await expect(layoutOf(records)).rejects.toThrow("cannot be told from the images' labels");
  });
});

describe('im2rec’s layout', () => {
  test('every record is an image with its own label, key 0 too', async () => {
    const records = im2recRecords([7, 7, 3, 0].map((label) => ({ label, image: [1, 2, 3] })));
    expect(await layoutOf(records)).toEqual({ name: 'im2rec', keys: [0, 1, 2, 3], labels: [7, 7, 3, 0] });
  });

  test('keys need not begin with 0 nor follow the file', async () => {
    const records = [30, 10, 20].map((key) => ({ key, payload: referencePack(key / 10, key, [1]) }));
    expect(await layoutOf(records)).toEqual({ name: 'im2rec', keys: [10, 20, 30], labels: [1, 2, 3] });
  });

  test('key 0 with several labels is an image if it has one', async () => {
    const records = [0, 1].map((key) => ({ key, payload: referencePack([key + 4, 1], key, [1]) }));
    expect(await layoutOf(records)).toEqual({ name: 'im2rec', keys: [0, 1], labels: [4, 5] });
  });

  test('of several labels the first is the identity', async () => {
    const records = [1, 2].map((key) => ({ key, payload: referencePack([key + 4, 0.25, 99], key, [1]) }));
    expect((await layoutOf(records)).labels).toEqual([5, 6]);
  });

  test.each([0.5, -1, NaN, Infinity, 2 ** 31])('the label %f is no identity', async (label) => {
    const records = im2recRecords([0, label].map((label) => ({ label, image: [1] })));
    await expect(layoutOf(records)).rejects.toThrow(`train.rec key 1: its label ${label} is no identity number`);
  });

  test('thousands of records in any order are scanned in large reads', async () => {
    const shuffled = new Random(1).shuffle(
      im2recRecords(Array.from({ length: 2000 }, (_, label) => ({ label, image: Array<number>(1000).fill(1) }))),
    );
    const { rec, rows } = assemble(shuffled);
    const file = memoryFile(rec);
    const { labels } = await readLayout(file, indexOf(rows));
    expect([...labels]).toEqual(Array.from({ length: 2000 }, (_, label) => label));
    expect(file.reads).toBeLessThan(8); // 2 MB
  });

  test('an InsightFace set that lost key 0 is an error, not a set with empty images', async () => {
    await expect(layoutOf(insightFaceRecords(IMAGES), { without: [0] })).rejects.toThrow(
      'key 7: a record without an image',
    );
  });
});
