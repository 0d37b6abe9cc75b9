import { mkdir, open, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  assemble,
  HEADER_PLACES,
  idxText,
  im2recRecords,
  insightFaceRecords,
  temporaryFolder,
  writeSet,
} from '../../test/hand-made-sets.js';
import { jpegOf, rawDecode } from '../../test/pictures.js';
import { referencePack } from '../../test/reference-recordio.js';
import { decodeImage } from '../images/decode-image.js';
import { RecordError } from '../errors.js';
import { Random } from '../order/random.js';
import { splitByIdentity } from './split.js';
import { openRecords } from './open-records.js';
import type { FaceRecord, RecordSet, SkippedRecord, SkipOptions } from './record-set.js';

const IMAGES = [[[1, 2, 3], [4]], [[5, 6, 7, 8]], [[9], [10], [11]]];
const SET = assemble(insightFaceRecords(IMAGES));

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function errorOf(path: string): Promise<string> {
  const error = await openRecords(path).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RecordError);
  return (error as Error).message;
}

describe('openRecords', () => {
  test.each(HEADER_PLACES)('reads an InsightFace set by key (header %s)', async (header) => {
    const records = await openRecords(await writeSet(folder, assemble(insightFaceRecords(IMAGES, { header }))));
    expect(records).toMatchObject({
      path: join(folder, 'train.rec'),
      layout: 'insightface',
      imageCount: 6,
      identityCount: 3,
    });
    expect([...records.keys]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...records.labels]).toEqual([0, 0, 1, 2, 2, 2]);
    expect(await records.read(5)).toEqual({ key: 5, label: 2, image: Buffer.from([10]) });
    expect(records.positionOf(5)).toBe(4);
    expect([...records.positionsOf([5, 1, 5])]).toEqual([4, 0, 4]);
    expect([...records.labelsOf([5, 1, 3])]).toEqual([2, 0, 1]);
    expect(() => records.labelsOf([1, 7])).toThrow(/there is no image with key 7/);
    await records.close();
  });

  test.each([
    ['[N + 1, classes]', [6, 3]],
    ['[N + 1, N + 1]', [6, 6]],
    ['[N + 1, end of identity keys]', [6, 9]],
  ])(
    'reads a set whose key 0 is %s and that has no identity records: images have their own labels',
    async (_, header) => {
      const images = [4, 4, 0, 7, 0].map((label, i) => ({ key: i + 1, payload: referencePack(label, i + 1, [i, i]) }));
      const set = assemble([{ key: 0, payload: referencePack(header, 0, []) }, ...images]);
      for (const idx of [idxText(set.rows), null]) {
        const records = await openRecords(await writeSet(folder, set, { idx }));
        expect(records).toMatchObject({ imageCount: 5, identityCount: 3, damaged: [] });
        expect([...records.keys]).toEqual([1, 2, 3, 4, 5]);
        expect([...records.labels]).toEqual([4, 4, 0, 7, 0]);
        await records.close();
      }
    },
  );

  test.each([
    ['a person in two identity records', [0, 0, 1, 1, 0, 0], 2, 2],
    ['three people in turns', [0, 1, 2, 0, 1, 2], 3, 3],
    ['two people in one identity record', [0, 5, 1, 1, 2, 2], 4, 1],
  ])(
    'takes the own labels of images, not identity records, as who is who: %s',
    async (_, own, people, contradicting) => {
      const records = insightFaceRecords([
        [[1], [2]],
        [[3], [4]],
        [[5], [6]],
      ]).map((record) =>
        record.key >= 1 && record.key <= 6
          ? { ...record, payload: referencePack([own[record.key - 1]!, 1], record.key, [record.key]) }
          : record,
      );
      const set = await openRecords(await writeSet(folder, assemble(records)));
      expect(set).toMatchObject({ layout: 'insightface', imageCount: 6, identityCount: people, contradicting });
      expect([...set.labels]).toEqual(own);
      expect([...set.keys]).toEqual([1, 2, 3, 4, 5, 6]);
      const { train, test } = splitByIdentity(set, { testFraction: 0.5 });
      const trained = new Set(set.labelsOf(train));
      expect(set.labelsOf(test).some((label) => trained.has(label))).toBe(false);
      await set.close();
    },
  );

  test('says of a web page under the name of records that it is one, with an index or without', async () => {
    const rec = Buffer.from('\n<!DOCTYPE html><html><body>Quota exceeded</body></html>\n');
    for (const idx of ['0\t0\n', null]) {
      const path = await writeSet(folder, { rec, rows: [] }, { idx });
      await expect(openRecords(path)).rejects.toThrow(/train\.rec is a web page, not records/);
    }
  });

  test('reads a set whose index is by ranks, as rec2idx.py writes it: it makes the right one of the records', async () => {
    const set = assemble(insightFaceRecords(IMAGES));
    const byRank = set.rows.map(({ offset }, key) => ({ key, offset }));
    const path = await writeSet(folder, set, { idx: idxText(byRank) });
    const records = await openRecords(path);
    expect(records).toMatchObject({ layout: 'insightface', indexRebuilt: true, contradicting: 0 });
    expect([...records.keys]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...records.labels]).toEqual([0, 0, 1, 2, 2, 2]);
    await records.close();
  });

  test('counts labels that float32 may have rounded: neighbours from 2²⁴ on are one', async () => {
    const labels = [7, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 2];
    const set = assemble(im2recRecords(labels.map((label) => ({ label, image: [1] }))));
    const records = await openRecords(await writeSet(folder, set));
    expect([records.roundedLabels, records.identityCount]).toEqual([3, 4]);
    await records.close();
  });

  test('reads an im2rec set from key 0', async () => {
    const set = assemble(im2recRecords([5, 5, 2].map((label, i) => ({ label, image: [i, i] }))));
    const records = await openRecords(await writeSet(folder, set));
    expect(records).toMatchObject({ layout: 'im2rec', imageCount: 3, identityCount: 2 });
    expect(await records.read(0)).toEqual({ key: 0, label: 5, image: Buffer.from([0, 0]) });
    await records.close();
  });

  test.each([
    ['unsorted, with Windows line ends', idxText([...SET.rows].reverse()).replaceAll('\n', '\r\n')],
    ['missing', null],
  ])('takes an .idx that is %s', async (_, idx) => {
    const records = await openRecords(await writeSet(folder, SET, { idx }));
    expect(
      (await Promise.all([1, 2, 3, 4, 5, 6].map((key) => records.read(key)))).map(({ image }) => [...image]),
    ).toEqual(IMAGES.flat());
    await records.close();
  });

  test('finds train.rec in a folder, also beside others', async () => {
    await writeSet(folder, SET);
    await writeSet(folder, assemble(insightFaceRecords([[[1]]])), { name: 'val' });
    const records = await openRecords(folder);
    expect(records.path).toBe(join(folder, 'train.rec'));
    await records.close();
  });

  test('finds the only .rec of a folder, whatever its name', async () => {
    await writeSet(folder, SET, { name: 'faces_emore' });
    const records = await openRecords(folder);
    expect(records.path).toBe(join(folder, 'faces_emore.rec'));
    await records.close();
  });

  test('refuses a folder with many', async () => {
    for (const name of ['a', 'b']) await writeSet(folder, SET, { name });
    expect(await errorOf(folder)).toContain('holds 2 .rec files and no train.rec');
  });

  test('refuses a folder with none, and a path that is not there', async () => {
    expect(await errorOf(folder)).toContain('holds no .rec file');
    expect(await errorOf(join(folder, 'nowhere'))).toContain(`${join(folder, 'nowhere')} does not exist`);
  });

  test('refuses an empty file', async () => {
    expect(await errorOf(await writeSet(folder, { rec: Buffer.alloc(0), rows: [] }))).toContain('train.rec is empty');
  });

  test('refuses an HTML page that was saved as .rec', async () => {
    const path = join(folder, 'train.rec');
    await writeFile(path, '<!doctype html><title>Quota exceeded</title>');
    expect(await errorOf(path)).toContain(`${path} is a web page, not records`);
  });

  test.each([1, 11, 39])('refuses a file that lacks its last %i bytes, with the record’s offset', async (missing) => {
    const path = await writeSet(folder, SET);
    await truncate(path, SET.rec.length - missing);
    expect(await errorOf(path)).toContain(
      `at byte ${SET.rows.at(-1)!.offset}: the record goes past the end of the file (${SET.rec.length - missing} bytes)`,
    );
  });

  test('refuses a file cut inside an image, where that is what lies last', async () => {
    const records = insightFaceRecords(IMAGES);
    const set = assemble([...records.slice(6), ...records.slice(0, 6)]);
    const path = await writeSet(folder, set);
    await truncate(path, set.rec.length - 4);
    expect(await errorOf(path)).toContain(
      `at byte ${set.rows.at(-1)!.offset}: the record goes past the end of the file`,
    );
  });

  test('refuses a file that lacks whole records, by the line of the .idx that it cannot have', async () => {
    const path = await writeSet(folder, SET);
    await truncate(path, SET.rows[4]!.offset);
    expect(await errorOf(path)).toContain(
      `line 5 (key 5): its record begins at byte ${SET.rows[4]!.offset}, past the end`,
    );
  });

  test('refuses an .idx that belongs to another file', async () => {
    const other = assemble(insightFaceRecords([[[1, 2, 3, 4, 5, 6, 7, 8, 9]], [[1]], [[2]]]));
    expect(await errorOf(await writeSet(folder, { rec: SET.rec, rows: other.rows }))).toMatch(
      /at byte \d+: found .* instead of the record magic|past the end/,
    );
  });

  test.skipIf(process.platform !== 'linux')('leaves no file open when it refuses', async () => {
    const path = await writeSet(folder, SET);
    await truncate(path, SET.rec.length - 4);
    const openFiles = async () => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();
    for (let i = 0; i < 5; i++) await errorOf(path);
    expect(await openFiles()).toBe(before);
  });
});

describe('an open set', () => {
  test('answers hundreds of reads at once', async () => {
    const images = Array.from({ length: 20 }, (_, identity) =>
      Array.from({ length: 20 }, (_, i) => [identity, i, ...Array<number>(identity * 100).fill(i)]),
    );
    const records = await openRecords(await writeSet(folder, assemble(insightFaceRecords(images))));
    const keys = [...records.keys, ...[...records.keys].reverse()];
    const read = await Promise.all(keys.map((key) => records.read(key)));
    read.forEach(({ key, label, image }, i) => {
      expect(key).toBe(keys[i]);
      expect([...image.subarray(0, 2)]).toEqual([label, (key - 1) % 20]);
      expect(image.length).toBe(2 + label * 100);
    });
    await records.close();
  });

  test('gives JPEGs as they were, which decode to what sharp decodes', async () => {
    const jpegs = await Promise.all([0, 1, 2].map(jpegOf));
    const records = await openRecords(await writeSet(folder, assemble(insightFaceRecords([jpegs]))));
    for (const [i, jpeg] of jpegs.entries()) {
      const { image } = await records.read(i + 1);
      expect(image.equals(jpeg)).toBe(true);
      expect((await rawDecode(jpeg)).equals(await decodeImage(image, 'here'))).toBe(true);
    }
    await records.close();
  });

  test.each([0, 7, 8, 0.5, -1, NaN])('has no image under key %f', async (key) => {
    const records = await openRecords(await writeSet(folder, SET));
    await expect(records.read(key)).rejects.toThrow(`there is no image with key ${key}`);
    await records.close();
  });

  test('finds a damaged record when it is read, and names key or offset', async () => {
    const rec = Buffer.from(SET.rec);
    rec.writeUInt32LE(9999, SET.rows[2]!.offset + 8); // key 3's number of labels
    rec[SET.rows[3]!.offset] = 0; // key 4's magic
    const records = await openRecords(await writeSet(folder, { ...SET, rec }));
    await expect(records.read(3)).rejects.toThrow(
      `train.rec at byte ${SET.rows[2]!.offset} (key 3): a header that announces 9999 labels`,
    );
    await expect(records.read(4)).rejects.toThrow(
      `train.rec at byte ${SET.rows[3]!.offset}: found 0xced72300 instead of the record magic`,
    );
    expect((await records.read(5)).image).toEqual(Buffer.from([10]));
    await records.close();
  });

  test('closes after the reads that are under way, and reads no more', async () => {
    const records = await openRecords(await writeSet(folder, SET));
    const reads = Promise.all([1, 2, 3].map((key) => records.read(key)));
    await records.close();
    expect((await reads).map(({ image }) => [...image])).toEqual(IMAGES.flat().slice(0, 3));
    await expect(records.read(1)).rejects.toThrow();
  });
});

describe('many records at once', () => {
  const images = Array.from({ length: 30 }, (_, identity) =>
    Array.from({ length: 10 }, (_, i) => [
      identity,
      i,
      ...Array<number>(1 + ((identity * 997 + i * 313) % 9000)).fill(i),
    ]),
  );
  const inOrder = insightFaceRecords(images);
  const shuffled = new Random(3).shuffle([...inOrder]);
  async function scanned(records: RecordSet, options?: SkipOptions): Promise<FaceRecord[]> {
    const found: FaceRecord[] = [];
    for await (const record of records.scan(options)) found.push(record);
    return found;
  }
  const imageOf = (key: number) => Buffer.from(images.flat()[key - 1]!);

  test.each([
    ['in the order of the keys', inOrder],
    ['in any order', shuffled],
  ])('scan gives each image once, as it lies in the file: %s', async (_, written) => {
    const set = assemble(written);
    const records = await openRecords(await writeSet(folder, set));
    const keys: number[] = [];
    for await (const { key, label, image } of records.scan()) {
      keys.push(key);
      expect(label).toBe(Math.floor((key - 1) / 10));
      expect(image.equals(imageOf(key))).toBe(true);
    }
    const expected = set.rows.map(({ key }) => key).filter((key) => key >= 1 && key <= 300);
    expect(keys).toEqual(expected);
    expect([...records.inFileOrder()]).toEqual(expected);
    await records.close();
  });

  test.each([
    ['in the order of the keys', inOrder],
    ['in any order', shuffled],
  ])('inFileOrder sorts any keys by where they lie, some of them twice too: %s', async (_, written) => {
    const set = assemble(written);
    const records = await openRecords(await writeSet(folder, set));
    const offsetOf = new Map(set.rows.map(({ key, offset }) => [key, offset]));
    const keys = fc.oneof(
      fc.array(fc.integer({ min: 1, max: 300 })),
      fc.uniqueArray(fc.integer({ min: 1, max: 300 })).map((some) => some.sort((a, b) => a - b)),
    );
    fc.assert(
      fc.property(keys, (keys) => {
        expect([...records.inFileOrder(keys)]).toEqual([...keys].sort((a, b) => offsetOf.get(a)! - offsetOf.get(b)!));
      }),
    );
    expect(() => records.inFileOrder([1, 2, 301])).toThrow('there is no image with key 301');
    await records.close();
  });

  test('readThrough takes keys of images only, in either order', async () => {
    const records = await openRecords(await writeSet(folder, assemble(shuffled)));
    await records.readThrough(1, 300);
    await records.readThrough(300, 1);
    await expect(records.readThrough(1, 301)).rejects.toThrow('there is no image with key 301');
    await records.close();
  });

  test('readMany gives any keys in the order they are asked for, one of them twice too', async () => {
    const records = await openRecords(await writeSet(folder, assemble(shuffled)));
    const keys = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(keys, async (keys) => {
        const read = await records.readMany(keys);
        expect(read.map(({ key }) => key)).toEqual(keys);
        for (const { key, label, image } of read) {
          expect(label).toBe(Math.floor((key - 1) / 10));
          expect(image.equals(imageOf(key))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
    await expect(records.readMany([1, 301])).rejects.toThrow('there is no image with key 301');
    await records.close();
  });

  test('identity gives the keys of one person, offsetOf where a record is', async () => {
    const set = assemble(shuffled);
    const records = await openRecords(await writeSet(folder, set));
    expect([...records.identity(7)]).toEqual([71, 72, 73, 74, 75, 76, 77, 78, 79, 80]);
    expect([...records.identity(30)]).toEqual([]);
    for (const { key, offset } of set.rows) if (key >= 1 && key <= 300) expect(records.offsetOf(key)).toBe(offset);
    await records.close();
  });

  test('identity, where labels lie in any order', async () => {
    const labels = [5, 0, 5, 9, 0, 5];
    const records = await openRecords(
      await writeSet(folder, assemble(im2recRecords(labels.map((label) => ({ label, image: [1] }))))),
    );
    expect([0, 1, 5, 9].map((label) => [...records.identity(label)])).toEqual([[1, 4], [], [0, 2, 5], [3]]);
    expect(records.identityCount).toBe(3);
    await records.close();
  });

  test.each([
    ['scan', scanned],
    ['readMany', (records: RecordSet, options?: SkipOptions) => records.readMany(records.keys, options)],
  ])('%s stops at a damaged record, or names it and goes on', async (_, readAll) => {
    const { rec, rows } = assemble(inOrder);
    rec.writeUInt32LE(9999, rows[2]!.offset + 8); // key 3's number of labels
    rec[rows[99]!.offset] = 0; // key 100's magic
    rec.writeUInt32LE(5, rows[199]!.offset + 4); // key 200's length
    rec.writeUInt32LE(77, rows[249]!.offset + 16); // key 250's id
    const records = await openRecords(await writeSet(folder, { rec, rows }));
    await expect(readAll(records)).rejects.toThrow(
      `at byte ${rows[2]!.offset} (key 3): a header that announces 9999 labels`,
    );
    const skipped: SkippedRecord[] = [];
    const read = await readAll(records, { onSkip: (record) => skipped.push(record) });
    expect(skipped.map(({ key, offset }) => ({ key, offset }))).toEqual([3, 100, 200, 250].map((key) => rows[key - 1]));
    expect(skipped.every(({ error, offset }) => error instanceof RecordError && error.offset === offset)).toBe(true);
    expect(read.length).toBe(296);
    expect(read.every(({ key, image }) => image.equals(imageOf(key)))).toBe(true);
    await records.close();
  });

  test('scan that is left early leaves no read behind that close would fail on', async () => {
    const records = await openRecords(await writeSet(folder, assemble(inOrder)));
    for await (const { key } of records.scan()) if (key === 3) break;
    await records.close();
  });
});

describe('a damaged set that is opened to skip what is damaged', () => {
  const open = (path: string) => openRecords(path, { onCorrupt: 'skip' });
  const placesOf = ({ damaged }: RecordSet) => damaged.map(({ file, offset }) => [file, offset]);

  test('is whole where nothing is damaged', async () => {
    const records = await open(await writeSet(folder, SET));
    expect(records.damaged).toEqual([]);
    expect(records.imageCount).toBe(6);
    await records.close();
  });

  test('without an .idx, leaves out the records that are not whole', async () => {
    const rec = Buffer.from(SET.rec);
    rec[SET.rows[2]!.offset] = 0;
    const path = await writeSet(folder, { ...SET, rec }, { idx: null });
    expect(await errorOf(path)).toContain(`at byte ${SET.rows[2]!.offset}`);
    const records = await open(path);
    expect([...records.keys]).toEqual([1, 2, 4, 5, 6]);
    expect([...records.labels]).toEqual([0, 0, 2, 2, 2]);
    expect(records.damaged).toMatchObject([{ file: path, offset: SET.rows[2]!.offset, end: SET.rows[3]!.offset }]);
    await records.close();
  });

  test('leaves out malformed lines of the .idx, with their place in it', async () => {
    const path = await writeSet(folder, SET, { idx: idxText(SET.rows).replace('3\t', 'x\t') });
    const records = await open(path);
    expect([...records.keys]).toEqual([1, 2, 4, 5, 6]);
    expect(placesOf(records)).toEqual([[join(folder, 'train.idx'), idxText(SET.rows.slice(0, 2)).length]]);
    await records.close();
  });

  test('that lost its header and identities has the images’ own labels', async () => {
    const path = await writeSet(folder, SET);
    await truncate(path, SET.rows[5]!.offset - 8); // inside key 5
    const records = await open(path);
    expect(records.layout).toBe('im2rec');
    expect([...records.keys]).toEqual([1, 2, 3, 4]);
    expect([...records.labels]).toEqual([0, 0, 1, 2]);
    expect(records.damaged.length).toBe(6); // five rows past the end, and key 5
    await records.close();
  });

  test('in which an identity record is damaged has the images’ own labels', async () => {
    const rec = Buffer.from(SET.rec);
    rec.writeFloatLE(NaN, SET.rows[8]!.offset + 8 + 24); // identity 1's first key
    const records = await open(await writeSet(folder, { ...SET, rec }));
    expect([...records.keys]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...records.labels]).toEqual([0, 0, 1, 2, 2, 2]);
    expect(records.damaged.map(({ message }) => message)).toEqual([
      expect.stringContaining('key 8: an identity record with images [NaN, 4)'),
    ]);
    await records.close();
  });

  test('is refused where more than 10,000 places are damaged', async () => {
    await expect(open(await writeSet(folder, SET, { idx: 'x\n'.repeat(10_001) }))).rejects.toThrow(
      'has more than 10000 damaged places',
    );
  });
});

describe('the property file', () => {
  test.each([
    ['85742,112,112\n', { identities: 85742, height: 112, width: 112 }],
    [null, undefined],
  ])('%j', async (text, property) => {
    const path = await writeSet(folder, SET);
    if (text !== null) await writeFile(join(folder, 'property'), text);
    const records = await openRecords(path);
    expect(await records.property()).toEqual(property);
    await records.close();
  });
});

describe('the fingerprint', () => {
  async function fingerprintOf(path: string): Promise<string> {
    const records = await openRecords(path);
    return records.fingerprint().finally(() => records.close());
  }

  async function inFolder(name: string, set: typeof SET, idx?: string | null) {
    await mkdir(join(folder, name));
    return fingerprintOf(await writeSet(join(folder, name), set, idx === undefined ? {} : { idx }));
  }

  test('is the same for the same records, wherever they are and in whatever order the .idx lists them', async () => {
    const a = await inFolder('a', SET);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
    expect(await inFolder('b', SET, idxText([...SET.rows].reverse()))).toBe(a);
    expect(await inFolder('c', SET, null)).toBe(a);
  });

  test('changes with any one byte of an image', async () => {
    const rec = Buffer.from(SET.rec);
    rec[SET.rows[2]!.offset + 8 + 32]! ^= 1;
    expect(await inFolder('b', { ...SET, rec })).not.toBe(await inFolder('a', SET));
  });

  test('changes with the index: which image is which has changed', async () => {
    const [first, second, ...rest] = SET.rows;
    const swapped = [{ key: 1, offset: second!.offset }, { key: 2, offset: first!.offset }, ...rest];
    expect(await inFolder('b', SET, idxText(swapped))).not.toBe(await inFolder('a', SET));
  });

  test('of more than 1 GB is taken from samples, beginning and end among them', async () => {
    const sizeOf = async (hole: number) => {
      const [first, ...rest] = SET.rows; // a hole behind the first record: no disk space
      const idx = idxText([first!, ...rest.map(({ key, offset }) => ({ key, offset: offset + hole }))]);
      const path = await writeSet(folder, { rec: SET.rec.subarray(0, rest[0]!.offset), rows: [] }, { idx });
      const file = await open(path, 'r+');
      await file.write(SET.rec, rest[0]!.offset, SET.rec.length - rest[0]!.offset, rest[0]!.offset + hole);
      await file.close();
      return fingerprintOf(path);
    };
    expect(await sizeOf(2 ** 30)).not.toBe(await sizeOf(2 ** 30 + 4));
  });
});
