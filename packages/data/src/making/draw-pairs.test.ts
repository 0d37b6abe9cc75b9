import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataOptionError } from '../errors.js';
import { drawPairs, mostPairsPerFold } from './draw-pairs.js';

/** A set whose identity i has counts[i] images; keys from 1. */
function setOf(counts: number[]) {
  const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  return { keys: Float64Array.from(labels, (_, i) => i + 1), labels };
}
const PEOPLE = setOf(Array.from({ length: 60 }, (_, i) => 1 + (i % 7)));
const labelOf = (set: typeof PEOPLE, key: number) => set.labels[key - 1]!;

describe('pairs that are drawn', () => {
  const pairs = drawPairs(PEOPLE, { folds: 5, pairsPerFold: 20, seed: 1 });

  test('are fold by fold so many of one identity, then the same number of two', () => {
    expect(pairs.map(({ same }) => same)).toEqual(
      Array.from({ length: 5 }, () => [...Array<boolean>(20).fill(true), ...Array<boolean>(20).fill(false)]).flat(),
    );
  });

  test('are what they say, of two different images, and none is there twice in either order', () => {
    for (const { first, second, same } of pairs) {
      expect(labelOf(PEOPLE, first) === labelOf(PEOPLE, second)).toBe(same);
      expect(first).not.toBe(second);
    }
    expect(new Set(pairs.map(({ first, second }) => [first, second].sort().join())).size).toBe(pairs.length);
  });

  test('have nobody in two folds', () => {
    const foldOf = new Map<number, number>();
    pairs.forEach(({ first, second }, i) => {
      for (const label of [labelOf(PEOPLE, first), labelOf(PEOPLE, second)]) {
        expect(foldOf.get(label) ?? Math.floor(i / 40)).toBe(Math.floor(i / 40));
        foldOf.set(label, Math.floor(i / 40));
      }
    });
  });

  test('are the same for the same seed and others for another', () => {
    expect(drawPairs(PEOPLE, { folds: 5, pairsPerFold: 20, seed: 1 })).toEqual(pairs);
    expect(drawPairs(PEOPLE, { folds: 5, pairsPerFold: 20, seed: 2 })).not.toEqual(pairs);
  });

  test('draw identities evenly, however many images they have', () => {
    // One identity has 40 images, nineteen have 8: by pairs it would have 780 of 1,312, by identity 1 in 20 (± 5 σ of 1,000 draws would be
    // 0.034).
    const uneven = setOf([40, ...Array<number>(19).fill(8)]);
    let [large, total] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      for (const { first, same } of drawPairs(uneven, { folds: 1, pairsPerFold: 100, seed })) {
        if (same) large += labelOf(uneven, first) === 0 ? 1 : 0;
        if (same) total++;
      }
    }
    expect(Math.abs(large / total - 1 / 20)).toBeLessThan(0.04); // a little above: the others run out of pairs first
  });

  test('may be all there are, and one more is an error that says so', () => {
    const few = setOf([3, 3, 3, 3]); // two folds of two people: 6 pairs of one, 9 of two
    const all = drawPairs(few, { folds: 2, pairsPerFold: 6 });
    expect(all.filter(({ same }) => same).length).toBe(12);
    expect(() => drawPairs(few, { folds: 2, pairsPerFold: 7 })).toThrow(/at most 6;/);
    expect(mostPairsPerFold(few, { folds: 2 })).toBe(6);
    expect(mostPairsPerFold(few, { folds: 3 })).toBe(0); // two folds of one identity have no pair of two
  });

  test('of many with one pair each and one with many are found all the same', () => {
    const skewed = setOf([40, ...Array<number>(30).fill(2)]); // 810 pairs, of which the even draw quickly has the 30
    expect(drawPairs(skewed, { folds: 1, pairsPerFold: 400 }).length).toBe(800);
  });

  test('of any images have the number asked for, or are an error', () => {
    const sets = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(
        sets,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer(),
        (counts, folds, pairsPerFold, seed) => {
          const set = setOf(counts);
          try {
            const pairs = drawPairs(set, { folds, pairsPerFold, seed });
            expect(pairs.length).toBe(2 * folds * pairsPerFold);
            expect(new Set(pairs.map(({ first, second }) => [first, second].sort((a, b) => a - b).join())).size).toBe(
              pairs.length,
            );
            for (const { first, second, same } of pairs)
              expect(labelOf(set, first) === labelOf(set, second)).toBe(same);
          } catch (error) {
            if (!(error instanceof DataOptionError)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([{ folds: 0 }, { pairsPerFold: 1.5 }, { seed: NaN }])('by %o are a DataOptionError', (options) => {
    expect(() => drawPairs(PEOPLE, options)).toThrow(DataOptionError);
  });
});
