import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder } from './ascending-order.js';
import { FileOrder } from './file-order.js';
import { Offsets } from './offsets.js';
import { RecordIndex } from './record-index.js';

const offsetValues = fc.nat({ max: 2 ** 40 - 1 }).map((words) => 4 * words);

test('offsets are kept exactly, up to 4 TB', () => {
  fc.assert(
    fc.property(fc.array(offsetValues), (values) => {
      const offsets = Offsets.from(values);
      expect(values.map((_, i) => offsets.at(i))).toEqual(values);
    }),
  );
});

test('numbers are sorted as by comparison, and equal ones keep their order', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 53 - 1 }))), (values) => {
      const expected = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
      expect([...ascendingOrder(values.length, (i) => values[i]!)]).toEqual(expected);
    }),
  );
});

test('row and rank in the file are each other’s inverse, in any order of the file and in the one that face2rec2 writes', () => {
  const anyOrder = fc.uniqueArray(offsetValues, { minLength: 1 });
  const headerLater = fc.tuple(anyOrder, fc.nat()).map(([values, place]) => {
    const sorted = values.sort((a, b) => a - b);
    const [header] = sorted.splice(place % sorted.length, 1);
    return [header!, ...sorted];
  });
  fc.assert(
    fc.property(fc.oneof(anyOrder, headerLater), (values) => {
      const order = new FileOrder(Offsets.from(values));
      const sorted = [...values].sort((a, b) => a - b);
      expect(values.map((_, rank) => values[order.rowAt(rank)])).toEqual(sorted);
      values.forEach((_, row) => expect(order.rowAt(order.rankOf(row))).toBe(row));
    }),
  );
});

test('an index gives for each row where the next record begins, and for the last the end of the file', () => {
  fc.assert(
    fc.property(fc.uniqueArray(offsetValues, { minLength: 1 }), (values) => {
      const end = 2 ** 42;
      const index = new RecordIndex(
        Float64Array.from(values, (_, i) => i),
        Offsets.from(values),
        'train.idx',
      );
      const following = (value: number) => Math.min(end, ...values.filter((other) => other > value));
      values.forEach((value, row) => expect(index.nextOffset(row, end)).toBe(following(value)));
    }),
  );
});

test('rows that are sorted by key but for key 0 are sorted where they are', () => {
  const keys = Float64Array.of(1, 2, 3, 0, 4, 5);
  const index = new RecordIndex(keys, Offsets.from([0, 8, 16, 24, 32, 40]), 'train.idx');
  expect(index.keys).toBe(keys);
  expect([...index.keys]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Array.from(keys, (_, i) => index.offsets.at(i))).toEqual([24, 0, 8, 16, 32, 40]);
});
