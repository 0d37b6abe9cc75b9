import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referencePack, referenceUnpack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { encodeImageRecord, parseImageRecord } from './image-record.js';

const parse = (bytes: readonly number[]) =>
  parseImageRecord(Buffer.from(bytes), { path: 'faces.rec', offset: 16, key: 3 });

describe('image records', () => {
  test('one label is in the header: flag 0, as im2rec writes it', () => {
    // struct.pack('<IfQQ', 0, 7.0, 3, 0) + b'\xff\xd8'
    const bytes = Buffer.from('000000000000e04003000000000000000000000000000000ffd8', 'hex');
    expect(parse([...bytes])).toEqual({ flag: 0, labels: [7], id: 3, image: Buffer.from('ffd8', 'hex') });
    expect(encodeImageRecord({ label: 7, id: 3, image: Buffer.from('ffd8', 'hex') }).toString('hex')).toBe(
      bytes.toString('hex'),
    );
  });

  test('several labels follow the header: flag 2, as face2rec2 writes them', () => {
    // struct.pack('<IfQQ', 2, 0.0, 1, 0) + struct.pack('<2f', 5.0, 1.0) + b'\xff\xd8'
    const bytes = Buffer.from('020000000000000001000000000000000000000000000000' + '0000a0400000803f' + 'ffd8', 'hex');
    expect(parse([...bytes])).toEqual({ flag: 2, labels: [5, 1], id: 1, image: Buffer.from('ffd8', 'hex') });
    expect(encodeImageRecord({ label: [5, 1], id: 1, image: Buffer.from('ffd8', 'hex') }).toString('hex')).toBe(
      bytes.toString('hex'),
    );
  });

  test('a list of one label is a list, as mxnet packs it: flag 1', () => {
    // struct.pack('<IfQQ', 1, 0.0, 3, 0) + struct.pack('<f', 7.0)
    const bytes = Buffer.from('010000000000000003000000000000000000000000000000' + '0000e040', 'hex');
    expect(encodeImageRecord({ label: [7], id: 3, image: new Uint8Array(0) }).toString('hex')).toBe(
      bytes.toString('hex'),
    );
  });

  test('an identity record has no image', () => {
    expect(parse(referencePack([11, 21], 5822654))).toEqual({
      flag: 2,
      labels: [11, 21],
      id: 5822654,
      image: Buffer.alloc(0),
    });
  });

  test('any record agrees with the reference, both ways', () => {
    const records = fc.record({
      label: fc.oneof(fc.float({ noNaN: true }), fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 9 })),
      id: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      image: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(records, ({ label, id, image }) => {
        const packed = referencePack(label, id, image);
        expect([...encodeImageRecord({ label, id, image })]).toEqual(packed);
        const read = parse(packed);
        expect({ ...read, image: [...read.image] }).toEqual(referenceUnpack(packed));
      }),
    );
  });

  test.each([
    [
      'a record shorter than its header',
      Array<number>(23).fill(0),
      'faces.rec at byte 16 (key 3): 23 bytes are too few',
    ],
    ['more labels than bytes', referencePack([1, 2, 3], 0).slice(0, 35), 'announces 3 labels in a record of 35 bytes'],
    ['2³² − 1 labels', [255, 255, 255, 255, ...Array<number>(20).fill(0)], 'announces 4294967295 labels'],
    [
      '4,097 labels, all of them there',
      [1, 16, 0, 0, ...Array<number>(20 + 4 * 4097).fill(0)],
      'announces 4097 labels',
    ],
  ])('%s is a RecordError that says where', (_, bytes, message) => {
    expect(() => parse(bytes)).toThrow(RecordError);
    expect(() => parse(bytes)).toThrow(message);
  });

  test('any bytes at all give a record or a RecordError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(parse([...bytes]).image.length).toBeLessThanOrEqual(bytes.length - 24);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
