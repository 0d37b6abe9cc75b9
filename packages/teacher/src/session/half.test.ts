import { expect, test } from 'vitest';
import { HALF_VALUES, toHalfBits } from './half.js';

test('every binary16 number comes back as it was', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = HALF_VALUES[bits]!;
    if (Number.isNaN(value)) expect(toHalfBits(value) & 0x7fff).toBeGreaterThan(0x7c00);
    else expect(toHalfBits(value)).toBe(bits);
  }
});

test('known values of IEEE 754 binary16', () => {
  // Wikipedia, "Half-precision floating-point format", table of examples.
  for (const [value, bits] of [[1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [2 ** -14, 0x0400], [2 ** -24, 0x0001], [1 / 3, 0x3555], [Infinity, 0x7c00], [-0, 0x8000]] as const) {
    expect(toHalfBits(value)).toBe(bits);
  }
});

test('a number between two is rounded to the nearer, a tie to the even one', () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [low, high] = [HALF_VALUES[bits]!, HALF_VALUES[bits + 1]!];
    expect(toHalfBits((low + high) / 2)).toBe(bits % 2 === 0 ? bits : bits + 1);
    expect(toHalfBits(low + (high - low) * 0.25)).toBe(bits);
    expect(toHalfBits(low + (high - low) * 0.75)).toBe(bits + 1);
  }
  expect(toHalfBits(65519)).toBe(0x7bff);
  expect(toHalfBits(65520)).toBe(0x7c00);
});
