import { describe, expect, test } from 'vitest';
import { assemble, HEADER_PLACES, im2recRecords, insightFaceRecords, type HandMadeRecord, type HandMadeSet } from '../../test/hand-made-sets.js';
import { memoryFile } from '../../test/memory-file.js';
import { referencePack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { Random } from '../random.js';
import { readLayout } from './layout.js';
import { Offsets } from './offsets.js';
import { RecordIndex } from './record-index.js';

const indexOf = (rows: HandMadeSet['rows']) =>
  new RecordIndex(Float64Array.from(rows, ({ key }) => key), Offsets.from(rows.map(({ offset }) => offset)), 'train.idx');

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
    expect(await layoutOf(insightFaceRecords(IMAGES, { header }))).toEqual({ name: 'insightface', keys: [1, 2, 3, 4, 5, 6], labels: [0, 0, 1, 2, 2, 2] });
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
    expect(await layoutOf(insightFaceRecords(IMAGES), { without: [2, 5] })).toEqual({ name: 'insightface', keys: [1, 3, 4, 6], labels: [0, 1, 2, 2] });
  });

  test('records beyond the identities are left alone', async () => {
    const records = [...insightFaceRecords(IMAGES), { key: 10, payload: referencePack(0.5, 10) }, { key: 99, payload: [1] }];
    expect((await layoutOf(records)).labels).toEqual([0, 0, 1, 2, 2, 2]);
  });

  test('an identity record that is missing is an error with an image it leaves without identity', async () => {
    await expect(layoutOf(insightFaceRecords(IMAGES), { without: [8] })).rejects.toThrow('train.rec: the image with key 3 is in no identity record');
  });

  test.each([
    ['[0, 5)', [0, 5]],
    ['backwards', [9, 7]],
    ['one label', [7]],
    ['no numbers', [NaN, NaN]],
  ])('a header with a range of keys that is %s is an error', async (_, labels) => {
    const records = insightFaceRecords(IMAGES).filter(({ key }) => key !== 0);
    const layout = layoutOf([...records, { key: 0, payload: referencePack(labels, 0) }]);
    await expect(layout).rejects.toThrow(RecordError);
    await expect(layout).rejects.toThrow(`train.rec key 0: its labels [${labels.join(', ')}] are no range of identity keys`);
  });

  test.each([
    ['past the images', [3, 8]],
    ['from key 0', [0, 2]],
    ['backwards', [4, 3]],
    ['of one label', [3]],
    ['of no numbers', [NaN, NaN]],
  ])('an identity record with a range %s is an error that names its key', async (_, labels) => {
    const records = insightFaceRecords(IMAGES).map(({ key, payload }) => ({ key, payload: key === 8 ? referencePack(labels, 8) : payload }));
    await expect(layoutOf(records)).rejects.toThrow('train.rec key 8: an identity record with images');
  });

  test('no images at all is an error', async () => {
    await expect(layoutOf(insightFaceRecords([]))).rejects.toThrow('train.rec holds no images');
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

  test('of several labels the first is the identity', async () => {
    const records = [1, 2].map((key) => ({ key, payload: referencePack([key + 4, 0.25, 99], key, [1]) }));
    expect((await layoutOf(records)).labels).toEqual([5, 6]);
  });

  test.each([0.5, -1, NaN, Infinity, 2 ** 31])('the label %f is no identity', async (label) => {
    const records = im2recRecords([0, label].map((label) => ({ label, image: [1] })));
    await expect(layoutOf(records)).rejects.toThrow(`train.rec key 1: its label ${label} is no identity number`);
  });

  test('thousands of records in any order are scanned in large reads', async () => {
    const shuffled = new Random(1).shuffle(im2recRecords(Array.from({ length: 2000 }, (_, label) => ({ label, image: Array<number>(1000).fill(1) }))));
    const { rec, rows } = assemble(shuffled);
    const file = memoryFile(rec);
    const { labels } = await readLayout(file, indexOf(rows));
    expect([...labels]).toEqual(Array.from({ length: 2000 }, (_, label) => label));
    expect(file.reads).toBeLessThan(8); // 2 MB
  });

  test('an InsightFace set that lost key 0 is an error, not a set with empty images', async () => {
    await expect(layoutOf(insightFaceRecords(IMAGES), { without: [0] })).rejects.toThrow('key 7: a record without an image');
  });
});
