import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cholesky,
  conditionNumber,
  inverseOfPositiveDefinite,
  logDeterminant,
  NotPositiveDefiniteError,
} from './symmetric-positive.js';

const matrix = (n: number, entry: (i: number, j: number) => number) =>
  Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n));
const product = (a: Float64Array, b: Float64Array, n: number) =>
  matrix(n, (i, j) =>
    Array.from({ length: n }, (_, k) => a[i * n + k]! * b[k * n + j]!).reduce((sum, x) => sum + x, 0),
  );
const transpose = (a: Float64Array, n: number) => matrix(n, (i, j) => a[j * n + i]!);
const largestDifference = (a: Float64Array, b: Float64Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

const identity = (n: number) => matrix(n, (i, j) => Number(i === j));
const diagonal = (values: number[]) => matrix(values.length, (i, j) => (i === j ? values[i]! : 0));
const hilbert = (n: number) => matrix(n, (i, j) => 1 / (i + j + 1));

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);
/** The closed form of the inverse of a Hilbert matrix; i and j from 1. */
const inverseHilbert = (n: number) =>
  matrix(n, (row, column) => {
    const [i, j] = [row + 1, column + 1];
    return (
      (-1) ** (i + j) *
      (i + j - 1) *
      binomial(n + i - 1, n - j) *
      binomial(n + j - 1, n - i) *
      binomial(i + j - 2, i - 1) ** 2
    );
  });

/** tridiag(−1, 2, −1): eigenvalues 4 sin²(kπ / 2(n + 1)), determinant n + 1. */
const secondDifference = (n: number) => matrix(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));

/** Q diag(values) Qᵀ with the Householder reflection Q of a vector. */
function withEigenvalues(values: number[], normal: number[]): Float64Array {
  const n = values.length;
  const square = normal.slice(0, n).reduce((sum, x) => sum + x * x, 0);
  const q = matrix(n, (i, j) => Number(i === j) - (2 * normal[i]! * normal[j]!) / square);
  return product(product(q, diagonal(values), n), q, n);
}

const entries = fc.double({ min: -3, max: 3, noNaN: true });
/** B Bᵀ + I with B n × n: positive definite, eigenvalues from 1 to about 1 + 9 n². */
const positiveDefinite = fc.integer({ min: 1, max: 8 }).chain((n) =>
  fc.array(entries, { minLength: n * n, maxLength: n * n }).map((values) => {
    const b = Float64Array.from(values);
    const a = product(b, transpose(b, n), n);
    return { n, a: a.map((x, i) => x + (i % (n + 1) === 0 ? 1 : 0)) };
  }),
);

describe('the Cholesky factor', () => {
  test('of [[4, 2], [2, 10]] is [[2, 0], [1, 3]]', () => {
    expect([...cholesky(Float64Array.of(4, 2, 2, 10), 2)]).toEqual([2, 0, 1, 3]);
  });

  test('is lower triangular, with L Lᵀ = A', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, a }) => {
        const l = cholesky(a, n);
        l.forEach((x, k) => k % n > Math.floor(k / n) && expect(x).toBe(0));
        expect(largestDifference(product(l, transpose(l, n), n), a)).toBeLessThan(1e-14 * (1 + Math.max(...a)) * n);
      }),
    );
  });

  test.each([
    ['zero', diagonal([0]), /pivot 0 of 1 is 0/],
    ['a negative pivot', diagonal([1, -2]), /pivot 1 of 2 is -2/],
    ['linearly dependent rows', matrix(3, (i, j) => (i + 1) * (j + 1)), /pivot 1 of 3/],
    ['NaN', diagonal([1, NaN, 1]), /pivot 1 of 3 is NaN/],
  ])('does not exist for %s, and the error names the pivot', (_, a, message) => {
    for (const use of [cholesky, inverseOfPositiveDefinite, logDeterminant, conditionNumber]) {
      expect(() => use(a, Math.sqrt(a.length))).toThrow(NotPositiveDefiniteError);
      expect(() => use(a, Math.sqrt(a.length))).toThrow(message);
    }
  });
});

describe('the inverse', () => {
  test.each([1, 2, 3, 4, 5, 6])('of the Hilbert matrix of order %d is its closed form', (n) => {
    const expected = inverseHilbert(n);
    const largest = Math.max(...expected.map(Math.abs));
    // Relative to its largest entry; the condition number of order 6 is 1.5e7, float64 rounds by 1e-16.
    expect(largestDifference(inverseOfPositiveDefinite(hilbert(n), n), expected) / largest).toBeLessThan(1e-9);
  });

  test('of second differences is that of the discrete Poisson equation', () => {
    const n = 40;
    const expected = matrix(n, (i, j) => ((Math.min(i, j) + 1) * (n - Math.max(i, j))) / (n + 1));
    expect(largestDifference(inverseOfPositiveDefinite(secondDifference(n), n), expected)).toBeLessThan(1e-11);
  });

  test('is symmetric and gives the identity with A', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, a }) => {
        const inverse = inverseOfPositiveDefinite(a, n);
        expect(inverse).toEqual(transpose(inverse, n));
        expect(largestDifference(product(a, inverse, n), identity(n))).toBeLessThan(1e-10);
      }),
    );
  });
});

describe('the log-determinant', () => {
  test.each([
    [2, 12],
    [3, 2160],
    [4, 6_048_000],
    [5, 266_716_800_000],
  ])('of the Hilbert matrix of order %d is −log %d', (n, reciprocal) => {
    expect(logDeterminant(hilbert(n), n)).toBeCloseTo(-Math.log(reciprocal), 9);
  });

  test('of second differences of order n is log(n + 1)', () => {
    expect(logDeterminant(secondDifference(100), 100)).toBeCloseTo(Math.log(101), 11);
  });

  test('stays finite where the determinant does not', () => {
    expect(logDeterminant(diagonal(Array<number>(400).fill(1e-5)), 400)).toBeCloseTo(400 * Math.log(1e-5), 6);
  });
});

describe('the condition number', () => {
  // Published values, 2-norm.
  test.each([
    [2, 19.28147006790397],
    [3, 524.0567775860644],
    [4, 15513.73873892924],
    [5, 476607.2502422621],
    [6, 14951058.6424659],
  ])('of the Hilbert matrix of order %d is %d', (n, expected) => {
    expect(conditionNumber(hilbert(n), n) / expected).toBeCloseTo(1, 7);
  });

  test.each([
    ['the identity', identity(5), 1],
    ['a scalar', diagonal([7]), 1],
    ['a diagonal', diagonal([3, 0.5, 8]), 16],
    ['[[2, 1], [1, 2]], whose leading eigenvector is (1, 1)', Float64Array.of(2, 1, 1, 2), 3],
    ['[[2, −1], [−1, 2]], whose leading eigenvector is (1, −1)', Float64Array.of(2, -1, -1, 2), 3],
    ['equal correlations, a repeated eigenvalue', matrix(6, (i, j) => (i === j ? 1 : 0.5)), 3.5 / 0.5],
  ])('of %s', (_, a, expected) => {
    expect(conditionNumber(a, Math.sqrt(a.length))).toBeCloseTo(expected, 9);
  });

  test('is the ratio of the extreme eigenvalues, to three digits where they lead by 3 %', () => {
    expect(conditionNumber(withEigenvalues([100, 97, 97, 1.03, 1.03, 1], [1, 2, -1, 1, 3, 1]), 6) / 100).toBeCloseTo(
      1,
      3,
    );
  });

  test('is the ratio of the extreme eigenvalues, exactly where they lead by half', () => {
    const cases = fc.record({
      values: fc.array(fc.double({ min: 2, max: 50, noNaN: true }), { minLength: 0, maxLength: 6 }),
      normal: fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
    });
    fc.assert(
      fc.property(cases, ({ values, normal }) => {
        const a = withEigenvalues([100, ...values, 1], normal);
        expect(conditionNumber(a, values.length + 2) / 100).toBeCloseTo(1, 9);
      }),
    );
  });
});
