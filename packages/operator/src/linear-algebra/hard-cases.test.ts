// Matrices that defeat an algorithm as textbooks give it: rank-deficient, badly scaled, near the ends of float64. The truth is known by
// construction.
import { describe, expect, test } from 'vitest';
import { difference, skewness } from '../../test/closeness.js';
import { random } from '../../test/matrices.js';
import { OperatorError } from '../errors.js';
import { eigenSymmetric } from './decompositions/eigen-symmetric.js';
import { eigen, eigenvalues } from './decompositions/eigen.js';
import { polar } from './decompositions/polar.js';
import { svdRandomised } from './decompositions/randomised-svd.js';
import { svd } from './decompositions/svd.js';
import { expm } from './functions/exponential.js';
import { sqrtm } from './functions/square-root.js';
import { scale, scaleColumns, subtract } from './matrix/arithmetic.js';
import { fromRows, toRows, transpose, zeros, type Matrix } from './matrix/matrix.js';
import { multiply } from './matrix/product.js';
import { leastSquares } from './solve/least-squares.js';
import { procrustes } from './solve/procrustes.js';
import { pseudoInverse } from './solve/pseudo-inverse.js';
import { inverse, solve } from './solve/solve.js';
import { fourSubspaces, range } from './subspaces/four-subspaces.js';
import { frobeniusNorm } from './subspaces/norms.js';
import { principalAngles } from './subspaces/principal-angles.js';
import { rank } from './subspaces/rank.js';

/** XᵀX of `samples` random rows: rank `samples`. */
function gram(samples: number, n: number, seed = 1): Matrix {
  const X = random(samples, n, seed);
  return multiply(transpose(X), X);
}

const ones = (n: number): Matrix => ({ ...zeros(n, n), data: new Float64Array(n * n).fill(1) });

describe('rank-deficient symmetric matrices', () => {
  test.each([
    [10, 1],
    [40, 20],
    [63, 30],
    [100, 1],
    [100, 50],
    [100, 99],
  ])('the eigenvalues of a %i×%i covariance of fewer samples are found, the rest are zero', (n, samples) => {
    const a = gram(samples, n);
    const { values, vectors } = eigenSymmetric(a);
    const largest = values[n - 1]!;
    expect(skewness(vectors)).toBeLessThan(n * 1e-14);
    expect(frobeniusNorm(subtract(multiply(a, vectors), scaleColumns(vectors, values)))).toBeLessThan(
      n * 1e-15 * largest,
    );
    expect([...values.subarray(0, n - samples)].every((value) => Math.abs(value) < n * 1e-15 * largest)).toBe(true);
    const dual = eigenSymmetric(multiply(random(samples, n), transpose(random(samples, n)))).values; // XXᵀ: the others, at full rank
    dual.forEach((value, k) => expect(Math.abs(values[n - samples + k]! - value)).toBeLessThan(n * 1e-15 * largest));
  });

  test('the singular values of a 100×100 matrix of ones are 100 and zeros', () => {
    const { s } = svd(ones(100));
    expect(s[0]).toBeCloseTo(100, 10);
    expect(s[1]).toBeLessThan(1e-12);
  });

  test('an entry at the upper end far larger than the lower end is found: [1e12, 1; 1, 1] by its determinant and trace', () => {
    const { values } = eigenSymmetric([[1e12, 1], [1, 1]]); // prettier-ignore
    expect(values[1]! / (1e12 + 1e-12)).toBeCloseTo(1, 14);
    expect(values[0]).toBeCloseTo(1 - 1e-12, 4); // ε · |A| is 2e-4
  });

  test('their square roots are symmetric and multiply to the matrix', () => {
    const a = gram(30, 63);
    const root = sqrtm(a);
    expect(difference(multiply(root, root), a)).toBeLessThan(1e-13);
  });
});

describe('systems in units far apart', () => {
  test('a diagonal from 1e-20 to 1e20 is inverted exactly', () =>
    expect(toRows(inverse([[2 ** -66, 0], [0, 2 ** 66]]))).toEqual([[2 ** 66, 0], [0, 2 ** -66]])); // prettier-ignore

  test('equations in 1e-12 and 1e6 are solved to rounding', () => {
    const x = solve([[1e-12, 2e-12], [3e6, 4e6]], [[5e-12], [11e6]]).data; // prettier-ignore
    expect(x[0]).toBeCloseTo(1, 13);
    expect(x[1]).toBeCloseTo(2, 13);
  });
});

describe('entries near the ends of float64', () => {
  test.each([1e-170, 1e-100, 1, 1e160])('points times %d are turned onto each other', (size) => {
    const A = scale(random(6, 3), size);
    const turn = polar(random(3, 3, 5)).Q;
    const found = procrustes(A, multiply(A, turn));
    expect(difference(found.Q, turn)).toBeLessThan(1e-13);
    expect(found.scale).toBeCloseTo(1, 13);
    expect(found.residual / frobeniusNorm(A)).toBeLessThan(1e-14);
  });

  test.each([1, 1e100, 1e150, 1e170, 1e300])('the eigenvalues of [0, p; 1/p, 0] are ±1 for p = %d', (p) => {
    const a = [[0, p], [1 / p, 0]]; // prettier-ignore
    const rising = (values: readonly { re: number }[]) => values.map(({ re }) => re).sort((x, y) => x - y);
    for (const [low, high] of [rising(eigenvalues(a)), rising(eigen(a).values)]) {
      expect(low).toBeCloseTo(-1, 13);
      expect(high).toBeCloseTo(1, 13);
    }
  });

  test('the exponential of a matrix whose 1-norm overflows is refused, and at once', () =>
    expect(() => expm([[-1e308, -1e308], [-1e308, -1e308]])).toThrow(/1-norm of this 2×2 matrix is above/)); // prettier-ignore
});

describe('subspaces of tall matrices', () => {
  const tall = random(20_000, 3);

  test('their ranges need no square matrix of all rows', () => {
    expect(range(tall)).toMatchObject({ rows: 20_000, cols: 3 });
    expect(fourSubspaces(tall).leftNullSpace.dimension).toBe(19_997);
    expect(principalAngles(tall, tall).angles.every((angle) => angle < 1e-14)).toBe(true);
  });
});

describe('mistakes are named', () => {
  const a = fromRows([[1, 0], [0, 0]]); // prettier-ignore
  test.each<[string, () => unknown, RegExp]>([
    ['rank', () => rank(a, { rcond: NaN }), /rank: rcond is NaN/],
    ['pseudoInverse', () => pseudoInverse(a, { rcond: -1 }), /pseudoInverse: rcond is -1/],
    ['leastSquares', () => leastSquares(a, a, { rcond: NaN }), /leastSquares: rcond is NaN/],
    ['fourSubspaces', () => fourSubspaces(a, { rcond: 2 }), /rcond is 2/],
    [
      'oversampling',
      () => svdRandomised(a, 1, { oversampling: -1 }),
      /oversampling is -1; expected an integer of at least 0/,
    ],
    ['powerIterations', () => svdRandomised(a, 1, { powerIterations: 0.5 }), /powerIterations is 0.5/],
  ])('of %s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
  });
});
