import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaUnderCurve, areaUnderCurveOf } from './area-under-curve.js';
import { sortScores } from './sorted-scores.js';

test('of two samples is the share of pairs that are in order, a tie counting a half', () => {
  expect(areaUnderCurveOf([2, 3], [0, 1])).toBe(1);
  expect(areaUnderCurveOf([0], [1, 2])).toBe(0);
  expect(areaUnderCurveOf([1, 1], [1])).toBe(0.5);
  expect(areaUnderCurveOf([0.5, 2, 2], [1, 2])).toBe((0 + 1.5 + 1.5) / 6);
  expect(areaUnderCurveOf([-0, 0], [0])).toBe(0.5);
});

test('of an empty sample, or one with a NaN, is NaN', () => {
  expect(areaUnderCurveOf([], [1])).toBeNaN();
  expect(areaUnderCurveOf([1], [])).toBeNaN();
  expect(areaUnderCurveOf([1, NaN, 2], [1])).toBeNaN();
  expect(areaUnderCurveOf([1, 2], [NaN])).toBeNaN();
});

test('of two samples is to the last bit what counting every pair gives, and what the sorted scores of pairs give', () => {
  const sample = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(sample, sample, (larger, smaller) => {
      let wins = 0;
      for (const a of larger) for (const b of smaller) wins += a > b ? 1 : a === b ? 0.5 : 0;
      expect(areaUnderCurveOf(larger, smaller)).toBe(wins / (larger.length * smaller.length));
    }),
  );
  const scores = [3, 1, 2, 2, 5, 0];
  const same = [true, false, true, false, true, true];
  const [genuine, impostor] = [true, false].map((kind) => scores.filter((_, i) => same[i] === kind)) as [
    number[],
    number[],
  ];
  expect(areaUnderCurveOf(genuine, impostor)).toBe(areaUnderCurve(sortScores({ scores, same })));
});
