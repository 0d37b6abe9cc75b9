// 100,000 random matrices of every shape, rank and size, with special values, through the decompositions.
import { expect, test } from 'vitest';
import { faultsOf, fuzzMatrix } from '../../test/fuzz.js';

const MATRICES = 100_000;
const AT_A_TIME = 5000;

test.each(Array.from({ length: MATRICES / AT_A_TIME }, (_, k) => k * AT_A_TIME))(
  'every decomposition satisfies its equation, or says why it cannot: matrices from %i on',
  (start) => {
    for (let n = start; n < start + AT_A_TIME; n++) {
      const matrix = fuzzMatrix(n);
      expect(faultsOf(matrix), matrix.what).toEqual([]);
    }
  },
  1_800_000,
);
