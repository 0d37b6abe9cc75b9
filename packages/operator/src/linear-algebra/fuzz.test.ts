// A hundred of the matrices that fuzz.slow.test.ts goes through.
import { expect, test } from 'vitest';
import { faultsOf, fuzzMatrix } from '../../test/fuzz.js';

/** The last ones are those that a decomposition once failed for, or did not return from. */
const MATRICES = [
  ...Array(100).keys(),
  301,
  518,
  608,
  741,
  746,
  1291,
  1575,
  1628,
  1948,
  2068,
  2159,
  2229,
  2386,
  2622,
  5502,
  11652,
  28818,
  30153,
  70947,
  84137,
];

test('every decomposition satisfies its equation for random matrices of any kind, or says why it cannot', () => {
  for (const n of MATRICES) {
    const matrix = fuzzMatrix(n);
    expect(faultsOf(matrix), matrix.what).toEqual([]);
  }
}, 120_000);
