import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VerificationError } from '../errors.js';
import { foldAccuracy, meanAndStd } from './fold-accuracy.js';
import { foldBounds, type PairDistances } from './threshold-grid.js';
import { validationRate } from './validation-rate.js';

/** Distances on the grid's own thresholds, one bit beside them, and between them. */
const distance = fc.oneof(
  fc.integer({ min: 0, max: 399 }).map((i) => i * 0.01),
  fc.integer({ min: 0, max: 3999 }).map((i) => i * 0.001),
  fc.integer({ min: 1, max: 399 }).map((i) => i * 0.01 * (1 - 2 ** -52)),
  fc.double({ min: 0, max: 4.000001, noNaN: true }),
);
const pairsOf = (minLength: number, maxLength: number) =>
  fc.array(fc.record({ distance, same: fc.boolean() }), { minLength, maxLength }).map((pairs) => ({
    distances: pairs.map(({ distance }) => distance),
    same: pairs.map(({ same }) => same),
  }));

/** Pair numbers of fold and rest, as scikit-learn's KFold says: the first n mod 10 folds have one more. */
function splitOf(pairs: number, fold: number): { inside: number[]; outside: number[] } {
  const size = (i: number) => Math.floor(pairs / 10) + (i < pairs % 10 ? 1 : 0);
  const start = Array.from({ length: fold }, (_, i) => size(i)).reduce((sum, value) => sum + value, 0);
  const all = Array.from({ length: pairs }, (_, i) => i);
  const isInside = (i: number) => i >= start && i < start + size(fold);
  return { inside: all.filter(isInside), outside: all.filter((i) => !isInside(i)) };
}

/** The definition, pair by pair and threshold by threshold. */
function literalFold({ distances, same }: PairDistances, fold: number): { accuracy: number; threshold: number } {
  const { inside, outside } = splitOf(distances.length, fold);
  const accuracy = (threshold: number, pairs: number[]) =>
    pairs.filter((i) => distances[i]! < threshold === same[i]).length / pairs.length;
  const grid = Array.from({ length: 400 }, (_, i) => i * 0.01);
  const accuracies = grid.map((threshold) => accuracy(threshold, outside));
  const threshold = grid[accuracies.indexOf(Math.max(...accuracies))]!;
  return { accuracy: accuracy(threshold, inside), threshold };
}

describe('the ten folds', () => {
  test('are contiguous, and of sizes that differ by one at most, larger ones first', () => {
    expect(foldBounds(6000)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600, 4200, 4800, 5400, 6000]);
    expect(foldBounds(23)).toEqual([0, 3, 6, 9, 11, 13, 15, 17, 19, 21, 23]);
    expect(() => foldBounds(9)).toThrow(VerificationError);
  });

  test('are each classified, strictly below, by the smallest of the thresholds that are best on the other nine', () => {
    fc.assert(
      fc.property(pairsOf(10, 40), (pairs) => {
        const literal = Array.from({ length: 10 }, (_, fold) => literalFold(pairs, fold));
        const { folds, thresholds, mean, std } = foldAccuracy(pairs);
        expect(folds).toEqual(literal.map(({ accuracy }) => accuracy));
        expect(thresholds).toEqual(literal.map(({ threshold }) => threshold));
        expect(mean).toBeCloseTo(folds.reduce((sum, value) => sum + value, 0) / 10, 14);
        expect(std ** 2).toBeCloseTo(folds.reduce((sum, value) => sum + value ** 2, 0) / 10 - mean ** 2, 12);
      }),
      { numRuns: 50 },
    );
  });

  test('have the population standard deviation, as numpy has it', () => {
    expect(meanAndStd([1, 2, 3, 4])).toEqual({ mean: 2.5, std: Math.sqrt(1.25) });
  });
});

describe('VAL at a FAR', () => {
  test('takes the line from the last threshold whose FAR is at most the target to the next one', () => {
    // In every nine folds: 90 of two persons, a tenth of them at each of 0.1, 0.2, … 1.0. FAR is 0.1 on (0.1, 0.2], then rises to 0.2.
    const distances = Array.from({ length: 10 }, () => Array.from({ length: 10 }, (_, i) => (i + 1) / 10)).flat();
    const impostors = { distances: distances.flatMap((d) => [d, 0.2]), same: distances.flatMap(() => [false, true]) };
    // At 0.2 FAR is 0.1; 0.2 < 0.2 is false. At 0.201 it is 0.2. A target of 0.15 lies halfway: 0.2005 accepts all pairs of one person.
    expect(validationRate(impostors, 0.15)).toEqual({
      far: 0.15,
      val: 1,
      std: 0,
      measuredFar: expect.closeTo(0.2, 14) as number,
    });
    // A target of exactly 0.1 is reached from 0.101 to 0.2; the last of them is taken, which accepts none at 0.2.
    expect(validationRate(impostors, 0.1)).toEqual({
      far: 0.1,
      val: 0,
      std: 0,
      measuredFar: expect.closeTo(0.1, 14) as number,
    });
  });

  test('is null, with the reason, where nine folds have too few pairs of two persons, or a fold has pairs of one kind', () => {
    const pairs = (count: number, same: (i: number) => boolean) => ({
      distances: Array.from({ length: count }, (_, i) => (i % 7) / 2),
      same: Array.from({ length: count }, (_, i) => same(i)),
    });
    expect(validationRate(pairs(200, (i) => i % 2 === 0))).toEqual({
      far: 0.001,
      val: null,
      reason: '90 pairs of two persons in nine folds resolve no FAR below 1.1e-2',
    });
    expect(
      validationRate(
        pairs(200, (i) => i < 100),
        0.1,
      ),
    ).toEqual({ far: 0.1, val: null, reason: 'fold 0 has no pair of two persons' });
  });

  test('refuses an invalid target', () => {
    for (const far of [0, 1, NaN])
      expect(() => validationRate({ distances: [], same: [] }, far)).toThrow(VerificationError);
  });
});

test.each([
  ['distances without flags', { distances: new Array<number>(10).fill(1), same: [true] }, /10 distances and 1 flags/],
  [
    'a distance that is no number',
    { distances: [...new Array<number>(9).fill(1), NaN], same: new Array<boolean>(10).fill(true) },
    /distance of pair 9 is NaN/,
  ],
])('%s is a VerificationError', (_, pairs, message) => {
  expect(() => foldAccuracy(pairs)).toThrow(VerificationError);
  expect(() => foldAccuracy(pairs)).toThrow(message);
});
