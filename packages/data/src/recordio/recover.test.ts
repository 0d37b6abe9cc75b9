import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, HEADER_PLACES, im2recRecords, insightFaceRecords } from '../../test/hand-made-sets.js';
import { memoryFile } from '../../test/memory-file.js';
import { referencePack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { rebuildIndex } from './rebuild-index.js';
import type { RecordFile } from './record-file.js';

const IMAGES = [[[1, 2, 3], [4]], [[5, 6, 7, 8]]];

async function rowsOf(file: RecordFile) {
  const { keys, offsets } = await rebuildIndex(file);
  return Array.from(keys, (key, i) => ({ key, offset: offsets.at(i) }));
}

describe('an index made from the records alone', () => {
  test.each(HEADER_PLACES)(
    'has the rows of the .idx that InsightFace’s writer wrote, in its order (header %s)',
    async (header) => {
      const { rec, rows } = assemble(insightFaceRecords(IMAGES, { header }));
      expect(await rowsOf(memoryFile(rec))).toEqual(rows);
    },
  );

  test.each([
    ['repeat', [7, 7, 7]],
    ['are beyond 2⁵³', [2 ** 53, 2 ** 53 + 2, 2 ** 60]],
  ])('numbers records whose ids %s in the order of the file', async (_, ids) => {
    const { rec, rows } = assemble(ids.map((id, key) => ({ key, payload: referencePack(0, id, [1]) })));
    expect(await rowsOf(memoryFile(rec))).toEqual(rows);
    expect((await rebuildIndex(memoryFile(rec))).keysAre).toBe('ranks');
  });

  test('passes over records in several parts and records larger than a scanned block whole', async () => {
    const large = Uint8Array.from({ length: 5_500_000 }, (_, i) => i % 251);
    const magics = [0x0a, 0x23, 0xd7, 0xce, 0x0a, 0x23, 0xd7, 0xce];
    const { rec, rows } = assemble(
      im2recRecords([
        { label: 0, image: magics },
        { label: 0, image: large },
        { label: 1, image: [9] },
      ]),
    );
    expect(await rowsOf(memoryFile(rec))).toEqual(rows);
  });

  test('takes thousands of records in large reads', async () => {
    const { rec } = assemble(
      im2recRecords(Array.from({ length: 3000 }, (_, i) => ({ label: i, image: Array<number>(500).fill(1) }))),
    );
    const file = memoryFile(rec);
    expect(await rowsOf(file)).toHaveLength(3000);
    expect(file.reads).toBeLessThan(5);
  });

  test('reports how far it is', async () => {
    const { rec } = assemble(insightFaceRecords(IMAGES));
    const seen: unknown[] = [];
    await rebuildIndex(memoryFile(rec), { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([{ bytes: rec.length, total: rec.length }]);
  });

  test('of a file cut inside a record is an error with that record’s offset', async () => {
    const { rec, rows } = assemble(insightFaceRecords(IMAGES));
    await expect(rebuildIndex(memoryFile(rec.subarray(0, rows[1]!.offset + 20)))).rejects.toThrow(
      `at byte ${rows[1]!.offset}: the record goes past the end`,
    );
  });

  test('of no records is an error', async () => {
    await expect(rebuildIndex(memoryFile([]))).rejects.toThrow(RecordError);
    await expect(rebuildIndex(memoryFile(Buffer.alloc(5_000_000)), { onDamage: () => {} })).rejects.toThrow(
      'memory.rec holds no records',
    );
  });
});

describe('past damage', () => {
  const LENGTHS = [9, 30, 17, 1000, 4, 60, 12];
  const { rec, rows } = assemble(
    im2recRecords(LENGTHS.map((length, label) => ({ label, image: Array<number>(length).fill(label + 1) }))),
  );
  const [, , third, fourth, fifth] = rows;

  async function recovered(bytes: Buffer) {
    const damage: { start: number | undefined; end: number | undefined; before: number }[] = [];
    const onDamage = ({ offset, end }: RecordError, before: number) => damage.push({ start: offset, end, before });
    const { keys, offsets } = await rebuildIndex(memoryFile(bytes), { onDamage });
    return { found: Array.from(keys, (key, i) => ({ key, offset: offsets.at(i) })), damage };
  }

  const without = (...lost: number[]) => rows.filter(({ key }) => !lost.includes(key));
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(rec);
    change(bytes);
    return bytes;
  };

  test.each([
    ['its magic', (bytes: Buffer) => bytes.writeUInt8(0, third!.offset)],
    ['its flag', (bytes: Buffer) => bytes.writeUInt8(0x40, third!.offset + 7)],
    ['its length, which became longer', (bytes: Buffer) => bytes.writeUInt8(255, third!.offset + 4)],
    ['its length, which became more than the file has', (bytes: Buffer) => bytes.writeUInt8(0x1f, third!.offset + 7)],
    ['its length, which became shorter', (bytes: Buffer) => bytes.writeUInt8(30, third!.offset + 4)],
    ['its number of labels', (bytes: Buffer) => bytes.writeUInt32LE(99, third!.offset + 8)],
  ])('the records on either side are found, and the bytes that are lost are told: damaged is %s', async (_, change) => {
    expect(await recovered(changed(change))).toEqual({
      found: without(2),
      damage: [{ start: third!.offset, end: fourth!.offset, before: 2 }],
    });
  });

  test('a wiped block takes the record before it too: whether that ended where it says cannot be told', async () => {
    const wiped = changed((bytes) => bytes.fill(0, third!.offset, fifth!.offset));
    expect(await recovered(wiped)).toEqual({
      found: without(1, 2, 3),
      damage: [{ start: rows[1]!.offset, end: fifth!.offset, before: 1 }],
    });
  });

  test('two damaged records in turn are one range, apart they are two', async () => {
    const inTurn = changed((bytes) => [third!, fourth!].forEach(({ offset }) => bytes.writeUInt8(0, offset + 1)));
    expect(await recovered(inTurn)).toMatchObject({ damage: [{ end: fifth!.offset }] });
    const apart = changed((bytes) => [third!, fifth!].forEach(({ offset }) => bytes.writeUInt8(0, offset)));
    expect((await recovered(apart)).damage).toEqual([
      { start: third!.offset, end: fourth!.offset, before: 2 },
      { start: fifth!.offset, end: rows[5]!.offset, before: 3 },
    ]);
  });

  test('bytes put in between move what follows; records are found where they are now', async () => {
    const bytes = Buffer.concat([
      rec.subarray(0, third!.offset),
      Buffer.alloc(4096, 0xce),
      rec.subarray(third!.offset),
    ]);
    const { found, damage } = await recovered(bytes);
    expect(found.map(({ key }) => key)).toEqual([0, 2, 3, 4, 5, 6]); // 1 is not followed by a record: its length may be what is damaged
    expect(damage).toEqual([{ start: rows[1]!.offset, end: third!.offset + 4096, before: 1 }]);
  });

  test.each([1, 3, 4, 7, 9])('a file that lacks its last %i bytes lacks its last record', async (missing) => {
    const cut = rec.subarray(0, rec.length - missing);
    expect(await recovered(cut)).toEqual({
      found: without(6),
      damage: [{ start: rows[6]!.offset, end: cut.length, before: 6 }],
    });
  });

  test('of any bytes changed anywhere, the records that do not touch them and their neighbours are found', async () => {
    const recordAt = (at: number) => rows.findLastIndex(({ offset }) => offset <= at);
    // of two with one id neither is kept
    const isId = (at: number) => at >= rows[recordAt(at)]!.offset + 16 && at < rows[recordAt(at)]!.offset + 24;
    const place = fc.record({
      at: fc.nat({ max: rec.length - 1 }).filter((at) => !isId(at)),
      value: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async (places) => {
        const bytes = changed((bytes) => places.forEach(({ at, value }) => bytes.writeUInt8(value, at)));
        const { found, damage } = await recovered(bytes).catch((error: unknown) => {
          expect(error).toBeInstanceOf(RecordError);
          return { found: [], damage: [] };
        });
        const touched = new Set(places.map(({ at }) => recordAt(at)));
        if (found.length === 0) return;
        const offsets = found.map(({ offset }) => offset);
        rows.forEach(({ offset }, i) => {
          if (![i - 1, i, i + 1].some((near) => touched.has(near))) expect(offsets).toContain(offset);
        });
        for (const { start, end } of damage) expect(start).toBeLessThan(end!);
      }),
      { numRuns: 400 },
    );
  });

  test('of two records that say they are the same neither is kept', async () => {
    const bytes = changed((bytes) => bytes.writeUInt8(5, third!.offset + 16));
    expect(await recovered(bytes)).toEqual({
      found: without(2, 5),
      damage: [
        { start: third!.offset, end: fourth!.offset, before: 2 },
        { start: rows[5]!.offset, end: rows[6]!.offset, before: 5 },
      ],
    });
  });

  test('where most ids repeat, damage leaves no way to tell which key is which', async () => {
    const { rec, rows } = assemble([0, 1, 2, 3].map((key) => ({ key, payload: referencePack(key, 0, [1]) })));
    rec.writeUInt8(0, rows[1]!.offset);
    await expect(rebuildIndex(memoryFile(rec), { onDamage: () => {} })).rejects.toThrow(
      'which key is which cannot be told',
    );
  });

  test('a file of nothing but beginnings of huge records ends soon', async () => {
    const head = Buffer.from('0a23d7ce' + 'ffffff03', 'hex'); // 64 MB each
    const file = memoryFile(Buffer.concat(Array<Buffer>(2 ** 16).fill(head)), { size: 2 ** 27 });
    await expect(rebuildIndex(file, { onDamage: () => {} })).rejects.toThrow(RecordError);
    expect(file.bytesRead).toBeLessThan(2 ** 24);
  });
});
