import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naturalOrder } from './natural-order.js';

describe('natural order', () => {
  test.each([
    [
      ['img10.jpg', 'img9.jpg', 'img1.jpg'],
      ['img1.jpg', 'img9.jpg', 'img10.jpg'],
    ],
    [
      ['s40', 's4', 's10', 's1'],
      ['s1', 's4', 's10', 's40'],
    ],
    [
      ['0_10_2', '0_9_3', '0_10_1'],
      ['0_9_3', '0_10_1', '0_10_2'],
    ],
    [
      ['1.jpg', '01.jpg', '001.jpg', '2.jpg'],
      ['001.jpg', '01.jpg', '1.jpg', '2.jpg'],
    ],
    [
      ['b', 'a', 'B', 'é'],
      ['B', 'a', 'b', 'é'],
    ],
    [
      ['90071992547409931', '90071992547409930'],
      ['90071992547409930', '90071992547409931'],
    ], // beyond 2⁵³
  ])('of %j is %j', (names, sorted) => {
    expect([...names].sort(naturalOrder)).toEqual(sorted);
  });

  const names = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'b', '.', '_'), maxLength: 8 });

  test('is a total order: antisymmetric, transitive, and 0 for equal names alone', () => {
    fc.assert(
      fc.property(names, names, names, (a, b, c) => {
        expect(Math.sign(naturalOrder(a, b))).toBe(0 - Math.sign(naturalOrder(b, a)));
        expect(naturalOrder(a, b) === 0).toBe(a === b);
        if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) expect(naturalOrder(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('of numbers is theirs', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        expect(Math.sign(naturalOrder(`x${a}`, `x${b}`))).toBe(Math.sign(a - b));
      }),
    );
  });
});
