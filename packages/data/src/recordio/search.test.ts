import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binarySearch, lowerBound } from './search.js';

describe('search in ascending values', () => {
  test('agrees with a linear search', () => {
    const values = fc
      .uniqueArray(fc.integer({ min: -50, max: 50 }))
      .map((values) => Float64Array.from(values.sort((a, b) => a - b)));
    fc.assert(
      fc.property(values, fc.integer({ min: -55, max: 55 }), (values, value) => {
        expect(binarySearch(values, value)).toBe(values.indexOf(value));
        const first = values.findIndex((other) => other >= value);
        expect(lowerBound(values, value)).toBe(first === -1 ? values.length : first);
      }),
    );
  });
});
