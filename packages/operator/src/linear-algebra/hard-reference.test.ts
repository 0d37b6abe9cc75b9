// Hard matrices whose answers mpmath computed in 100 digits (test/reference/make-hard-reference.py).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { difference } from '../../test/closeness.js';
import { random } from '../../test/matrices.js';
import { expm } from './functions/exponential.js';
import { powm } from './functions/power.js';
import { sqrtm } from './functions/square-root.js';
import { scale, scaleColumns } from './matrix/arithmetic.js';
import { fromRows, transpose, type Matrix } from './matrix/matrix.js';
import { multiply } from './matrix/product.js';
import { leastSquares } from './solve/least-squares.js';
import { solve } from './solve/solve.js';

const reference = JSON.parse(
  readFileSync(new URL('../../test/reference/hard-cases.json', import.meta.url), 'utf8'),
) as {
  exponentials: Record<string, { matrix: number[][]; exponential: number[][] }>;
  powers: Record<string, { matrix: number[][]; power: number; result: number[][] }>;
  'root of a product of covariances, 4 and 6 samples of 12': { root: number[][]; trace: number };
  'solution in units 1e-12, 1 and 1e12': number[][];
  'least squares in units 1e-9 and 1e9': number[][];
};

/** Largest relative error of an entry; of zeros, of size. */
function worstEntry(found: Matrix, expected: number[][]): number {
  const { data } = fromRows(expected);
  return found.data.reduce(
    (worst, value, k) => Math.max(worst, Math.abs(value - data[k]!) / (Math.abs(data[k]!) || 1)),
    0,
  );
}

describe('the exponential has the digits of every entry', () => {
  test.each(Object.entries(reference.exponentials))('%s', (_, { matrix, exponential }) =>
    expect(worstEntry(expm(matrix), exponential)).toBeLessThan(2e-13),
  );
});

describe('a power has the digits of every entry', () => {
  test.each(Object.entries(reference.powers))(
    '%s',
    (name, { matrix, power, result }) =>
      expect(worstEntry(powm(matrix, power), result)).toBeLessThan(name.includes('1e-14') ? 1e-11 : 2e-13), // a condition of 1e14
  );
});

describe('the square root of a product of covariances of fewer samples than numbers (the Fréchet distance)', () => {
  const covariance = (samples: number, seed: number) => {
    const X = random(samples, 12, seed);
    return multiply(transpose(X), X);
  };
  const { root, trace } = reference['root of a product of covariances, 4 and 6 samples of 12'];
  const traceOf = ({ rows, data }: Matrix) =>
    Array.from({ length: rows }, (_, i) => data[i * (rows + 1)]!).reduce((a, b) => a + b);

  test('is the one in closed form', () => {
    const found = sqrtm(multiply(covariance(4, 1), covariance(6, 2)));
    expect(difference(found, root)).toBeLessThan(1e-7); // zeros that rounding has lifted to 1e-16 have roots of 1e-8
    expect(traceOf(found)).toBeCloseTo(trace, 7);
  });

  test('and of covariances computed in float32, where rcond says so', () => {
    const rounded = (a: Matrix) => ({ ...a, data: Float64Array.from(Float32Array.from(a.data)) });
    const A = multiply(rounded(covariance(4, 1)), rounded(covariance(6, 2)));
    expect(traceOf(sqrtm(A, { rcond: 12 * 2 ** -23 }))).toBeCloseTo(trace, 3);
  });
});

test('a system in units 1e-12, 1 and 1e12 is solved to rounding', () => {
  const A = [[1e-12, 2e-12, 3e-12], [4, 5, 6], [7e12, 8e12, 10e12]]; // prettier-ignore
  expect(worstEntry(solve(A, [[1e-12], [3], [3e12]]), reference['solution in units 1e-12, 1 and 1e12'])).toBeLessThan(
    1e-13,
  );
});

test.each([1, 1e-300, 1e300])('a fit of features in units 1e-9 and 1e9, all times %d, finds both', (size) => {
  const A = scale(scaleColumns(random(20, 2, 3), [1e-9, 1e9]), size < 1 ? size * 1e9 : size > 1 ? size / 1e9 : 1);
  const factor = A.data[0]! / (random(20, 2, 3).data[0]! * 1e-9);
  const { x, rank } = leastSquares(A, scale(random(20, 1, 4), factor));
  expect(rank).toBe(2);
  expect(worstEntry(x, reference['least squares in units 1e-9 and 1e9'])).toBeLessThan(1e-12);
});
