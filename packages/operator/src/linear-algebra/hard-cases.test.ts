// Matrices that defeat an algorithm as textbooks give it: rank-deficient, badly scaled, near the ends of float64. The truth is known by
// construction.
import { describe, expect, test } from 'vitest';
import { difference, skewness } from '../../test/closeness.js';
import { random } from '../../test/matrices.js';
import { OperatorError } from '../errors.js';
import { cholesky } from './decompositions/cholesky.js';
import { eigenSymmetric } from './decompositions/eigen-symmetric.js';
import { eigen, eigenvalues } from './decompositions/eigen.js';
import { jacobiSvd } from './decompositions/jacobi-svd.js';
import { polar } from './decompositions/polar.js';
import { qr } from './decompositions/qr.js';
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

describe('results beyond the ends of float64 are refused in words', () => {
  test.each<[string, () => unknown]>([
    ['pseudoInverse', () => pseudoInverse([[1e-310]])],
    ['inverse', () => inverse([[1e-310]])],
    ['solve', () => solve([[1e-200]], [[1e200]])],
    ['leastSquares', () => leastSquares([[1e-200], [1e-200]], [[1e200], [1e200]])],
  ])('%s', (operation, overflow) => {
    expect(overflow).toThrow(OperatorError);
    expect(overflow).toThrow(new RegExp(`${operation}: the result, 1×1, has entries above 1.8e\\+308`));
  });

  test('and those at the ends are found: a pseudo-inverse of 1e-308, and of 1e300', () => {
    const tiny = pseudoInverse([[1e-308, 0], [0, 1e-308]]); // prettier-ignore
    expect(tiny.matrix.data[0]! / 1e308).toBeCloseTo(1, 12);
    expect(tiny.residual).toBeLessThan(1e-15);
    expect(pseudoInverse([[1e300, 0], [0, 0]]).matrix.data[0]! / 1e-300).toBeCloseTo(1, 12); // prettier-ignore
  });
});

describe('graded rows', () => {
  test.each([1e-140, 1e-150, 1e-160, 1e-300])('singular values 1, 3u and u keep their digits for u = %d', (unit) => {
    const { U, s } = jacobiSvd([[1, 0, 0], [0, 2 * unit, unit], [0, unit, 2 * unit]]); // prettier-ignore
    expect(skewness(U)).toBeLessThan(1e-14);
    expect(s[0]).toBe(1);
    expect(s[1]! / unit).toBeCloseTo(3, 12);
    expect(s[2]! / unit).toBeCloseTo(1, 12);
  });
});

describe('symmetric but for rounding', () => {
  const exact = gram(40, 8);
  const noisy = { ...exact, data: exact.data.map((value, k) => value + (k % 2 ? 1e-8 : -1e-8) * exact.data[0]!) };

  test('a covariance of float32, whose mirrored entries differ by 1e-8, has eigenvalues and a Cholesky factor', () => {
    const { values } = eigenSymmetric(noisy);
    eigenSymmetric(exact).values.forEach((value, k) => expect(values[k]! / value).toBeCloseTo(1, 5));
    const L = cholesky(noisy);
    expect(difference(multiply(L, transpose(L)), exact)).toBeLessThan(1e-7);
  });

  test('one of fewer samples than numbers has a square root: negative eigenvalues of that size are zeros', () => {
    const deficient = gram(3, 8);
    const rounded = { ...deficient, data: deficient.data.map((value, k) => value + (k % 5 < 2 ? 1e-9 : -1e-9)) };
    const root = sqrtm(rounded);
    expect(difference(multiply(root, root), deficient)).toBeLessThan(1e-7);
  });

  test('entries that differ by 1e-4 are named', () =>
    expect(() => eigenSymmetric([[1, 0.5], [0.5001, 1]])).toThrow(/\[1, 0\] and \[0, 1\] are 0.5001 and 0.5/)); // prettier-ignore
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
  test.each<[string, unknown, RegExp]>([
    ['a tensor', { data: () => 1, shape: [1, 1] }, /expected a matrix, but got a tensor; await fromTensor\(tensor\)/],
    ['numbers without rows', [1, 2, 3], /fromRows: row 0 is 1; expected rows of numbers/],
    ['nothing', undefined, /expected a matrix or rows of numbers, but got undefined/],
    ['no rows', [], /at least one row of at least one number/],
    ['rows of no numbers', [[], []], /at least one row of at least one number/],
    ['a matrix of no rows', { rows: 0, cols: 3, data: new Float64Array(0) }, /Matrix: 0×3 with 0 numbers/],
    ['ragged rows', [[1, 2], [3]], /row 1 has 1 numbers; expected 2/],
  ])('%s given as a matrix', (_, given, message) => {
    for (const decompose of [svd, qr, eigenvalues, expm, pseudoInverse, fourSubspaces, cholesky, rank]) {
      expect(() => decompose(given as Matrix)).toThrow(OperatorError);
      expect(() => decompose(given as Matrix)).toThrow(message);
    }
  });

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
    ['seed', () => svdRandomised(a, 1, { seed: -1 }), /seed is -1; expected an integer of at least 0/],
    ['sqrtm', () => sqrtm(a, { rcond: NaN }), /sqrtm: rcond is NaN/],
    ['powerIterations', () => svdRandomised(a, 1, { powerIterations: 0.5 }), /powerIterations is 0.5/],
  ])('of %s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
  });
});
