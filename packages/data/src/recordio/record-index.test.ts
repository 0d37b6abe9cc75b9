import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, HEADER_PLACES, idxText, im2recRecords, insightFaceRecords } from '../../test/hand-made-sets.js';
import { memoryFile } from '../../test/memory-file.js';
import { referencePack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import type { RecordFile } from './framing.js';
import { binarySearch, lowerBound, parseIndex, rebuildIndex } from './record-index.js';

const recOf = (size: number) => ({ path: 'train.rec', size }) as RecordFile;
const parse = (text: string, size = 1e12) => parseIndex(Buffer.from(text), 'train.idx', recOf(size));
const rowsOf = ({ keys, offsets }: ReturnType<typeof parse>) => Array.from(keys, (key, i) => [key, offsets[i]]);

describe('an .idx', () => {
  test('is sorted by key, whatever its order; DALI_extra begins with key 13', () => {
    expect(rowsOf(parse('13\t0\n8\t171296\n0\t400000\n'))).toEqual([[0, 400000], [8, 171296], [13, 0]]);
  });

  test.each([
    ['a newline at the end or none', '1\t0\n2\t16'],
    ['Windows line ends', '1\t0\r\n2\t16\r\n'],
    ['empty lines', '\n1\t0\n\n2\t16\n\n'],
  ])('may have %s', (_, text) => {
    expect(rowsOf(parse(text))).toEqual([[1, 0], [2, 16]]);
  });

  test.each([2 ** 31, 2 ** 32, 2 ** 32 + 4, 29_318_333_604, 2 ** 52])('keeps the offset %i exactly', (offset) => {
    expect(parse(`5\t${offset}\n`, 2 ** 53).offsets[0]).toBe(offset);
  });

  test('finds the position of a key, and says where there is none', () => {
    const index = parse('10\t0\n20\t8\n30\t16\n');
    expect([10, 20, 30, 0, 15, 31].map((key) => index.positionOf(key))).toEqual([0, 1, 2, -1, -1, -1]);
  });

  test('of any rows in any order gives those rows', () => {
    const rows = fc.uniqueArray(fc.record({ key: fc.nat({ max: 2 ** 40 }), offset: fc.nat({ max: 2 ** 50 }).map((n) => 4 * n) }), {
      selector: ({ key }) => key,
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(rows, (rows) => {
        const sorted = [...rows].sort((a, b) => a.key - b.key).map(({ key, offset }) => [key, offset]);
        expect(rowsOf(parse(idxText(rows), 2 ** 53))).toEqual(sorted);
      }),
    );
  });

  test.each([
    ['what failed tell() calls wrote', '1\t0\n2\t18446744073709551615\n', 'train.idx line 2 (key 2): 18446744073709552000 cannot be the offset'],
    ['an offset that is no multiple of 4', '1\t0\n2\t18\n', 'train.idx line 2 (key 2): 18 cannot be the offset of a record (a multiple of 4)'],
    ['an offset past the end', '1\t0\n2\t64\n', 'train.idx line 2 (key 2): its record begins at byte 64, past the end of train.rec (64 bytes)'],
    ['a key twice', '1\t0\n2\t8\n1\t16\n', 'train.idx: key 1 is there twice'],
    ['no rows', '\n\r\n', 'train.idx holds no rows'],
    ['no bytes', '', 'train.idx holds no rows'],
    ['a space for the tab', '1 0\n', 'train.idx line 1: expected "key<tab>offset"'],
    ['a third column', '1\t0\t7\n', 'line 1'],
    ['no offset', '1\t0\n2\t\n', 'line 2'],
    ['no key', '\t0\n', 'line 1'],
    ['a tab on the next line only', '1\n2\t0\n', 'line 1'],
    ['a negative key', '-1\t0\n', 'line 1'],
    ['a hexadecimal offset', '1\t0x10\n', 'line 1'],
    ['a key beyond 2⁵³', '18446744073709551615\t0\n', 'line 1'],
    ['an HTML page', '<!doctype html>\n<title>404</title>\n', 'line 1'],
  ])('with %s is a RecordError that names the line', (_, text, message) => {
    expect(() => parse(text, 64)).toThrow(RecordError);
    expect(() => parse(text, 64)).toThrow(message);
  });

  test('of any text gives usable rows or a RecordError', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('0', '4', '8', '\t', '\n', '\r', 'x'), maxLength: 40 }));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { keys, offsets } = parse(text, 100);
          expect(keys.length).toBe(offsets.length);
          expect(keys.every((key, i) => i === 0 || key > keys[i - 1]!)).toBe(true);
          expect(offsets.every((offset) => offset % 4 === 0 && offset < 100)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('without an .idx', () => {
  const images = [[[1, 2, 3], [4]], [[5, 6, 7, 8]]];

  test.each(HEADER_PLACES)('an InsightFace set is indexed by the ids in its records (header %s)', async (header) => {
    const { rec, rows } = assemble(insightFaceRecords(images, { header }));
    const sorted = [...rows].sort((a, b) => a.key - b.key).map(({ key, offset }) => [key, offset]);
    expect(rowsOf(await rebuildIndex(memoryFile(rec)))).toEqual(sorted);
  });

  test.each([
    ['repeat', [7, 7, 7]],
    ['are beyond 2⁵³', [2 ** 53, 2 ** 53 + 2, 2 ** 60]],
  ])('records whose ids %s are numbered in the order of the file', async (_, ids) => {
    const { rec, rows } = assemble(ids.map((id, key) => ({ key, payload: referencePack(0, id, [1]) })));
    expect(rowsOf(await rebuildIndex(memoryFile(rec)))).toEqual(rows.map(({ offset }, i) => [i, offset]));
  });

  test('records in several parts and records larger than a scanned block are passed over whole', async () => {
    const large = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);
    const magics = [0x0a, 0x23, 0xd7, 0xce, 0x0a, 0x23, 0xd7, 0xce];
    const { rec, rows } = assemble(im2recRecords([{ label: 0, image: magics }, { label: 0, image: large }, { label: 1, image: [9] }]));
    expect(rowsOf(await rebuildIndex(memoryFile(rec)))).toEqual(rows.map(({ key, offset }) => [key, offset]));
  });

  test('thousands of records are scanned in large reads', async () => {
    const { rec } = assemble(im2recRecords(Array.from({ length: 3000 }, (_, i) => ({ label: i, image: Array<number>(500).fill(1) }))));
    const file = memoryFile(rec);
    expect((await rebuildIndex(file)).keys.length).toBe(3000);
    expect(file.reads).toBeLessThan(5);
  });

  test('a file cut inside a record is an error with that record’s offset', async () => {
    const { rec, rows } = assemble(insightFaceRecords(images));
    await expect(rebuildIndex(memoryFile(rec.subarray(0, rows[1]!.offset + 20)))).rejects.toThrow(`at byte ${rows[1]!.offset}: the record goes past the end`);
  });

  test('an empty file is an error', async () => {
    await expect(rebuildIndex(memoryFile([]))).rejects.toThrow(RecordError);
  });
});

describe('search in ascending values', () => {
  test('agrees with a linear search', () => {
    const values = fc.uniqueArray(fc.integer({ min: -50, max: 50 })).map((values) => Float64Array.from(values.sort((a, b) => a - b)));
    fc.assert(
      fc.property(values, fc.integer({ min: -55, max: 55 }), (values, value) => {
        expect(binarySearch(values, value)).toBe(values.indexOf(value));
        const first = values.findIndex((other) => other >= value);
        expect(lowerBound(values, value)).toBe(first === -1 ? values.length : first);
      }),
    );
  });
});
