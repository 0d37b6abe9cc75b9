import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { inverseOfUnitUpper, strictlyUpper } from './triangular.js';

/** (I + N)⁻¹ column by column, by back substitution in float64. */
function expectedInverse(N: number[][]): number[][] {
  const n = N.length;
  const X = N.map((_, i) => N.map((_, j) => Number(i === j)));
  for (let j = 0; j < n; j++)
    for (let i = n - 1; i >= 0; i--) for (let k = i + 1; k < n; k++) X[i]![j]! -= N[i]![k]! * X[k]![j]!;
  return X;
}

describe.each(backends)('the inverse of a unit upper triangular matrix on %s', (backend) => {
  useBackend(backend);

  test('is what back substitution in float64 gives, for any size, whatever lies below the diagonal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        tf.tidy(() => {
          const matrix = normal([n, n], seed, 1 / Math.sqrt(n));
          const expected = expectedInverse(matrix.arraySync() as number[][]).flat();
          const size = Math.max(...expected.map(Math.abs));
          inverseOfUnitUpper(matrix)
            .dataSync()
            .forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6 * size));
        });
      }),
      { numRuns: 15 },
    );
  });

  test(
    'survives what a series in powers does not: 64 × 64 ones above the diagonal, ' +
      'whose powers reach 1e18 and whose inverse is 1 and −1',
    () => {
      tf.tidy(() => {
        const inverse = inverseOfUnitUpper(tf.ones([64, 64])).arraySync();
        inverse.forEach((row, i) => row.forEach((value, j) => expect(value).toBe(j === i ? 1 : j === i + 1 ? -1 : 0)));
      });
    },
  );

  test('starts from the strictly upper part', () => {
    expect(tf.tidy(() => strictlyUpper(3).arraySync())).toEqual([
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });
});
