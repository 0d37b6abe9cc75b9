import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataOptionError } from '../errors.js';
import { chooseImages, type ImageChoice } from './choose-images.js';

/** Identity of keys 1 … 12, in no order, as im2rec's sets have it. */
const LABELS = [5, 2, 5, 2, 9, 5, 0, 5, 2, 9, 5, 0];
const records = {
  path: 'train.rec',
  keys: Float64Array.from(LABELS, (_, i) => i + 1),
  labels: Int32Array.from(LABELS),
};
const choose = (choice: ImageChoice) => [...chooseImages(records, choice)];

describe('images that are chosen', () => {
  test('come identity by identity, each one’s in the order of the keys', () => {
    expect(choose({})).toEqual([7, 12, 2, 4, 9, 1, 3, 6, 8, 11, 5, 10]);
  });

  test.each<[string, ImageChoice, number[]]>([
    ['some identities', { identities: [9, 0] }, [7, 12, 5, 10]],
    ['a range of keys, both ends included', { keyRange: [3, 7] }, [7, 4, 3, 6, 5]],
    ['a range without end', { keyRange: [10, Infinity] }, [12, 11, 10]],
    ['identities with enough images', { minImages: 3 }, [2, 4, 9, 1, 3, 6, 8, 11]],
    ['identities with enough images in a range', { keyRange: [1, 6], minImages: 3 }, [1, 3, 6]],
  ])('may be %s', (_, choice, keys) => {
    expect(choose(choice)).toEqual(keys);
  });

  test('may be a number of each, and of a number of identities, drawn by the seed: any is drawn by some seed', () => {
    const drawn = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const keys = choose({ randomIdentities: 2, maxImages: 2, seed });
      expect(keys).toEqual(choose({ randomIdentities: 2, maxImages: 2, seed }));
      expect(keys.length).toBe(4);
      expect(new Set(keys.map((key) => LABELS[key - 1])).size).toBe(2);
      keys.forEach((key) => drawn.add(key));
    }
    expect(drawn.size).toBe(12);
  });

  test('of any choice fit it', () => {
    const choices = fc.record({
      minImages: fc.integer({ min: 1, max: 3 }),
      maxImages: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(choices, (choice) => {
        const keys = choose(choice);
        for (const label of [0, 2, 5, 9]) {
          const has = LABELS.filter((other) => other === label).length;
          const expected = has >= choice.minImages ? Math.min(has, choice.maxImages) : 0;
          expect(keys.filter((key) => LABELS[key - 1] === label).length).toBe(expected);
        }
      }),
    );
  });

  test.each<ImageChoice>([
    { identities: [3] },
    { keyRange: [100, 200] },
    { keyRange: [5, 4] },
    { keyRange: [NaN, 4] },
    { randomIdentities: 5 },
    { randomIdentities: 0 },
    { maxImages: 0.5 },
    { minImages: 9 },
    { seed: NaN },
  ])('by %o are a DataOptionError', (choice) => {
    expect(() => choose(choice)).toThrow(DataOptionError);
  });
});
