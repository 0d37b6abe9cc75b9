import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idxText } from '../../test/hand-made-sets.js';
import { memoryFile } from '../../test/memory-file.js';
import { RecordError } from '../errors.js';
import { parseIndex } from './parse-index.js';
import type { RecordIndex } from './record-index.js';

const parse = (text: string, size = 2 ** 42, mostPerRead = Infinity) =>
  parseIndex(memoryFile(Buffer.from(text), { path: 'train.idx', mostPerRead }), { path: 'train.rec', size });
const rowsOf = ({ keys, offsets }: RecordIndex) => Array.from(keys, (key, i) => [key, offsets.at(i)]);

describe('an .idx', () => {
  test('is sorted by key, whatever its order; DALI_extra begins with key 13', async () => {
    expect(rowsOf(await parse('13\t0\n8\t171296\n0\t400000\n'))).toEqual([
      [0, 400000],
      [8, 171296],
      [13, 0],
    ]);
  });

  test.each([
    ['a newline at the end or none', '1\t0\n2\t16'],
    ['Windows line ends', '1\t0\r\n2\t16\r\n'],
    ['empty lines', '\n1\t0\n\n2\t16\n\n'],
  ])('may have %s', async (_, text) => {
    expect(rowsOf(await parse(text))).toEqual([
      [1, 0],
      [2, 16],
    ]);
  });

  test.each([2 ** 31, 2 ** 32, 2 ** 32 + 4, 29_318_333_604, 2 ** 42 - 4])(
    'keeps the offset %i exactly',
    async (offset) => {
      expect((await parse(`5\t${offset}\n`)).offsets.at(0)).toBe(offset);
    },
  );

  test('finds the position of a key, and says where there is none', async () => {
    const index = await parse('10\t0\n20\t8\n30\t16\n');
    expect([10, 20, 30, 0, 15, 31].map((key) => index.rowOf(key))).toEqual([0, 1, 2, -1, -1, -1]);
  });

  test('of any rows in any order gives those rows, whatever a read gives at a time', async () => {
    const rows = fc.uniqueArray(
      fc.record({ key: fc.nat({ max: 2 ** 40 }), offset: fc.nat({ max: 2 ** 40 - 1 }).map((n) => 4 * n) }),
      {
        comparator: (a, b) => a.key === b.key || a.offset === b.offset,
        minLength: 1,
        maxLength: 50,
      },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(1, 3, Infinity), async (rows, mostPerRead) => {
        const sorted = [...rows].sort((a, b) => a.key - b.key).map(({ key, offset }) => [key, offset]);
        expect(rowsOf(await parse(idxText(rows), 2 ** 42, mostPerRead))).toEqual(sorted);
      }),
    );
  });

  test.each([
    [
      'what failed tell() calls wrote',
      '1\t0\n2\t18446744073709551615\n',
      'train.idx line 2 (key 2): 18446744073709552000 cannot be the offset',
    ],
    [
      'an offset that is no multiple of 4',
      '1\t0\n2\t18\n',
      'train.idx line 2 (key 2): 18 cannot be the offset of a record (a multiple of 4, below 4 TB)',
    ],
    [
      'an offset past the end',
      '1\t0\n2\t64\n',
      'train.idx line 2 (key 2): its record begins at byte 64, past the end of train.rec (64 bytes)',
    ],
    ['a key twice', '1\t0\n2\t8\n1\t16\n', 'train.idx: key 1 is there twice'],
    ['two keys at one offset', '1\t0\n2\t8\n3\t8\n', 'train.idx: keys 2 and 3 are said to begin at the same byte'],
    ['a return inside a line', '1\t\r0\n', 'line 1'],
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
  ])('with %s is a RecordError that names the line', async (_, text, message) => {
    await expect(parse(text, 64)).rejects.toThrow(RecordError);
    await expect(parse(text, 64)).rejects.toThrow(message);
  });

  test('of any text gives usable rows or a RecordError', async () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('0', '4', '8', '\t', '\n', '\r', 'x'), maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          const rows = rowsOf(await parse(text, 100));
          expect(rows.every(([key], i) => i === 0 || key! > rows[i - 1]![0]!)).toBe(true);
          expect(rows.every(([, offset]) => offset! % 4 === 0 && offset! < 100)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
