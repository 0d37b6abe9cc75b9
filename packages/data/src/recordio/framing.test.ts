import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryFile } from '../../test/memory-file.js';
import { referenceFrame, referenceRead } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { frameRecord, readRecord } from './framing.js';
import type { RecordFile } from './record-file.js';

const fromHex = (hex: string) => Buffer.from(hex.replaceAll(/[\s|]/g, ''), 'hex');
const MAGIC = fromHex('0a23d7ce');
const word = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];

/** Bytes among which the magic is common, at multiples of 4 and between them. */
const payloads = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([...MAGIC]) },
      { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }) },
      { weight: 2, arbitrary: fc.array(fc.constantFrom(...MAGIC), { maxLength: 7 }) }, // shifts what follows, and makes half magics
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }) },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.from(pieces.flat()));

/** Every record of a file, one after the other. */
async function readAll(file: RecordFile): Promise<Buffer[]> {
  const records: Buffer[] = [];
  for (let offset = 0; offset < file.size;) {
    const { payload, end } = await readRecord(file, offset);
    expect(end).toBeGreaterThan(offset);
    records.push(payload);
    offset = end;
  }
  return records;
}

describe('RecordIO framing', () => {
  // Round-tripped with a re-implementation of dmlc-core's recordio.cc.
  test.each([
    ['the magic alone', '0a23d7ce', '0a23d7ce 00000020 | 0a23d7ce 00000060'],
    [
      'the magic at a multiple of 4',
      '61626364 0a23d7ce 78797a',
      '0a23d7ce 04000020 61626364 | 0a23d7ce 03000060 78797a00',
    ],
    ['the magic between multiples of 4', '61 0a23d7ce 626364', '0a23d7ce 08000000 610a23d7 ce626364'],
    ['the magic twice', '0a23d7ce 0a23d7ce', '0a23d7ce 00000020 | 0a23d7ce 00000040 | 0a23d7ce 00000060'],
    ['nothing', '', '0a23d7ce 00000000'],
    ['one byte', '2a', '0a23d7ce 01000000 2a000000'],
  ])('a payload of %s has the published bytes, both ways', async (_, payload, framed) => {
    expect(frameRecord(fromHex(payload)).toString('hex')).toBe(fromHex(framed).toString('hex'));
    const read = await readRecord(memoryFile(fromHex(framed)), 0);
    expect(read.payload.toString('hex')).toBe(fromHex(payload).toString('hex'));
    expect(read.end).toBe(fromHex(framed).length);
  });

  test('any payload is framed as the reference frames it', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        expect([...frameRecord(payload)]).toEqual(referenceFrame(payload));
      }),
      { numRuns: 500 },
    );
  });

  test('any records read back one after the other, also where a read gives few bytes at a time', async () => {
    const files = fc.tuple(fc.array(payloads, { minLength: 1, maxLength: 8 }), fc.constantFrom(1, 5, 64, Infinity));
    await fc.assert(
      fc.asyncProperty(files, async ([records, mostPerRead]) => {
        const bytes = Buffer.concat(records.map((record) => Buffer.from(referenceFrame(record))));
        expect((await readAll(memoryFile(bytes, { mostPerRead }))).map((record) => record.toString('hex'))).toEqual(
          records.map((record) => record.toString('hex')),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a view into a larger buffer is framed alone', () => {
    const larger = Buffer.from('beforeABCDafter');
    expect([...frameRecord(new Uint8Array(larger.buffer, larger.byteOffset + 6, 4))]).toEqual(
      referenceFrame(Buffer.from('ABCD')),
    );
  });

  test.each([16 * 1024 - 9, 16 * 1024 - 8, 16 * 1024 - 7, 40_001, 3_000_000])(
    'a record of %i bytes is read whole, whatever is read ahead',
    async (length) => {
      const payload = Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) % 251));
      payload.set(MAGIC, 4 * Math.floor(length / 8)); // and in two parts
      const file = memoryFile(
        Buffer.concat([frameRecord(Buffer.from('first')), frameRecord(payload), frameRecord(Buffer.from('last'))]),
      );
      const [, middle, last] = await readAll(file);
      expect(middle!.equals(payload)).toBe(true);
      expect(last!.toString()).toBe('last');
    },
  );

  test('a face costs one read, and none of the bytes of the next record where an index says where that begins', async () => {
    const bytes = Buffer.concat([frameRecord(Buffer.alloc(6000, 1)), frameRecord(Buffer.alloc(20_000, 2))]);
    const [guessing, knowing] = [memoryFile(bytes), memoryFile(bytes)];
    await readRecord(guessing, 0);
    expect(guessing.reads).toBe(1);
    await readRecord(knowing, 0, 6008);
    expect(knowing).toMatchObject({ reads: 1, bytesRead: 6008 });
  });

  test('thousands of parts share reads', async () => {
    const payload = Buffer.concat(Array<Buffer>(4000).fill(MAGIC));
    const file = memoryFile(frameRecord(payload));
    expect((await readRecord(file, 0)).payload.equals(payload)).toBe(true);
    expect(file.bytesRead).toBeLessThan(2 * file.size);
  });

  test('records beyond 4 GB are read where they are', async () => {
    const far = 2 ** 32 + 8;
    const framed = frameRecord(Buffer.from('far away'));
    const positions: number[] = [];
    const file: RecordFile = {
      path: 'huge.rec',
      size: far + framed.length,
      read(target, from, position) {
        positions.push(position);
        const piece = framed.subarray(position - far, position - far + target.length - from);
        target.set(piece, from);
        return Promise.resolve(piece.length);
      },
    };
    const { payload, end } = await readRecord(file, far);
    expect(payload.toString()).toBe('far away');
    expect(end).toBe(far + framed.length);
    expect(positions).toEqual([far]);
  });
});

describe('damaged RecordIO is a RecordError that names file and offset', () => {
  const first = frameRecord(Buffer.from('whole')); // 16 bytes, so the damage is at byte 16
  const readSecond = (bytes: ArrayLike<number>, size?: number) =>
    readRecord(
      memoryFile([...first, ...Array.from(bytes)], { path: 'faces.rec', ...(size && { size }) }),
      first.length,
    );

  test.each([
    [
      'the magic of the 2015 header',
      [...word(0x3ed7230a), ...word(0)],
      'faces.rec at byte 16: found 0x3ed7230a, the magic of dmlc-core’s record format of 2015'.replace('’', "'"),
    ],
    [
      'another magic',
      [...word(0x3ed7230b), ...word(0)],
      'faces.rec at byte 16: found 0x3ed7230b instead of the record magic 0xced7230a',
    ],
    ['zeros', Array(8).fill(0), 'at byte 16: found 0x00000000'],
    ['a middle part first', [...MAGIC, ...word(0x40000000)], 'at byte 16: found a part with flag 2 at the start'],
    ['a last part first', [...MAGIC, ...word(0x60000000)], 'at byte 16: found a part with flag 3 at the start'],
    [
      'an unknown flag',
      [...MAGIC, ...word(0xa0000000), ...MAGIC, ...word(0x60000000)],
      'at byte 16: found a part with flag 5 at the start',
    ],
    [
      'a whole part inside a record',
      [...MAGIC, ...word(0x20000000), ...MAGIC, ...word(0)],
      'at byte 24: found a part with flag 0 inside',
    ],
    [
      'an unknown flag inside a record',
      [...MAGIC, ...word(0x20000000), ...MAGIC, ...word(0xe0000000)],
      'at byte 24: found a part with flag 7 inside',
    ],
    [
      'no last part',
      [...MAGIC, ...word(0x20000000)],
      'at byte 24: the record goes past the end of the file (24 bytes)',
    ],
    ['half a header', [...MAGIC, 1, 0], 'at byte 16: the record goes past the end of the file (22 bytes)'],
    ['data cut', [...MAGIC, ...word(9), 1, 2, 3, 4, 5, 6, 7, 8], 'at byte 16: the record goes past the end'],
    ['padding cut', [...MAGIC, ...word(5), 1, 2, 3, 4, 5, 0, 0], 'at byte 16: the record goes past the end'],
  ])('%s', async (_, bytes, message) => {
    const error = await readSecond(bytes).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RecordError);
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ file: 'faces.rec', offset: Number(/at byte (\d+)/.exec(message)![1]) });
  });

  test.each([
    ['longer, into the next record', 8, 32],
    ['longer, past the next record', 24, 32],
    ['shorter', 1, 32],
  ])('a length that became %s, where an index says where the next record begins', async (_, length, next) => {
    const bytes = Buffer.concat([first, frameRecord(Buffer.from('second')), first, first]);
    bytes.writeUInt32LE(length === 8 ? 12 : length, 16 + 4);
    await expect(readRecord(memoryFile(bytes, { path: 'faces.rec' }), 16, next)).rejects.toThrow(
      'faces.rec at byte 16: found a record of',
    );
  });

  test('a record that an index leaves out may follow', async () => {
    const bytes = Buffer.concat([first, frameRecord(Buffer.from('second')), first]);
    expect((await readRecord(memoryFile(bytes), 0, 32)).payload.toString()).toBe('whole');
  });

  test('a length that no image has is refused before memory is taken for it', async () => {
    const huge = [...MAGIC, ...word(2 ** 29 - 1)];
    await expect(readSecond(huge, 2 ** 31)).rejects.toThrow(
      'faces.rec at byte 16: found a record of more than 67108864 bytes',
    );
  });

  test('a file of nothing but magics ends in an error soon', async () => {
    const parts = Buffer.concat(
      Array.from({ length: 50_000 }, (_, i) => Buffer.from([...MAGIC, ...word(i === 0 ? 0x20000000 : 0x40000000)])),
    );
    await expect(readRecord(memoryFile(parts), 0)).rejects.toThrow('a record of more than 16384 parts');
  });

  test('a file that shrinks while it is open', async () => {
    const file = memoryFile(frameRecord(Buffer.alloc(100)).subarray(0, 60), { size: 108 });
    await expect(readRecord(file, 0)).rejects.toThrow(RecordError);
  });

  test('what the reader would refuse is not written', () => {
    expect(() => frameRecord(Buffer.alloc(2 ** 26 + 1))).toThrow(RecordError);
    expect(() => frameRecord(Buffer.concat(Array<Buffer>(20_000).fill(MAGIC)))).toThrow(RecordError);
  });

  test('any cut either ends between records or is an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payloads, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (records, share) => {
          const bytes = Buffer.from(records.flatMap((record) => referenceFrame(record)));
          const cut = bytes.subarray(0, Math.floor(share * bytes.length));
          const isBoundary = [...referenceRead(bytes).map(({ offset }) => offset), bytes.length].includes(cut.length);
          const read = await readAll(memoryFile(cut)).catch((error: unknown) => error);
          if (isBoundary) expect(read).toEqual(records.slice(0, (read as Buffer[]).length));
          else expect(read).toBeInstanceOf(RecordError);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any mutation gives records or a RecordError, and takes no more bytes than there are', async () => {
    const mutation = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 4, 32, 64, 96, 128, 224, 255, 10, 35, 215, 206));
    await fc.assert(
      fc.asyncProperty(
        fc.array(payloads, { minLength: 1, maxLength: 5 }),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        async (records, mutations) => {
          const bytes = Buffer.from(records.flatMap((record) => referenceFrame(record)));
          for (const [at, value] of mutations) bytes[at % bytes.length] = value;
          const read = await readAll(memoryFile(bytes)).catch((error: unknown) => error);
          if (Array.isArray(read)) expect(Buffer.concat(read as Buffer[]).length).toBeLessThanOrEqual(bytes.length);
          else expect(read).toBeInstanceOf(RecordError);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any bytes at all give a record or a RecordError', async () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      payloads,
      payloads.map((payload) => Buffer.concat([MAGIC, payload])),
    );
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const read = await readRecord(memoryFile(bytes), 0).catch((error: unknown) => error);
        if (read instanceof Error) expect(read).toBeInstanceOf(RecordError);
      }),
      { numRuns: 500 },
    );
  });
});
