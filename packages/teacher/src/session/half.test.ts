import { expect, test } from 'vitest';
import { HALF_VALUES, toHalfBits } from './half.js';

test('every binary16 number comes back as it was', () => {
  const changed = Array.from({ length: 65536 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(HALF_VALUES[bits]) && toHalfBits(HALF_VALUES[bits]!) !== bits,
  );
  expect(changed).toEqual([]);
  expect(toHalfBits(NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('known values of IEEE 754 binary16', () => {
  // Wikipedia, "Half-precision floating-point format", table of examples.
  for (const [value, bits] of [
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1 / 3, 0x3555],
    [Infinity, 0x7c00],
    [-0, 0x8000],
  ] as const) {
    expect(toHalfBits(value)).toBe(bits);
  }
});

test('a number between two is rounded to the nearer, a tie to the even one', () => {
  const wrong = Array.from({ length: 0x7bff }, (_, bits) => bits).filter((bits) => {
    const [low, high] = [HALF_VALUES[bits]!, HALF_VALUES[bits + 1]!];
    const between = [0.25, 0.5, 0.75].map((share) => toHalfBits(low + (high - low) * share));
    return between[0] !== bits || between[1] !== bits + (bits % 2) || between[2] !== bits + 1;
  });
  expect(wrong).toEqual([]);
  expect(toHalfBits(65519)).toBe(0x7bff);
  expect(toHalfBits(65520)).toBe(0x7c00);
});
