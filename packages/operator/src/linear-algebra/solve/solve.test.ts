// Linear systems, least squares, ridge, the pseudo-inverse, Procrustes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyMatrix, difference, reference, skewness } from '../../../test/closeness.js';
import { graded, hilbert, illConditioned, kahan, random } from '../../../test/matrices.js';
import { polar } from '../decompositions/polar.js';
import { OperatorError, SingularMatrixError } from '../../errors.js';
import { scale, subtract } from '../matrix/arithmetic.js';
import { diagonal, fromRows, transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { frobeniusNorm } from '../subspaces/norms.js';
import { leastSquares, ridge } from './least-squares.js';
import { procrustes } from './procrustes.js';
import { pseudoInverse } from './pseudo-inverse.js';
import { solve } from './solve.js';
import { solveTriangular } from './triangular.js';

/** The second column's sum with the first as a third: rank 3 of 4. */
function deficient(): Matrix {
  const a = random(9, 4);
  return fromRows(
    Array.from({ length: 9 }, (_, i) => [
      a.data[4 * i]!,
      a.data[4 * i + 1]!,
      a.data[4 * i]! + a.data[4 * i + 1]!,
      a.data[4 * i + 2]!,
    ]),
  );
}

describe('a linear system', () => {
  test.each([
    ['graded 30', graded(30)],
    ['illConditioned 30', illConditioned(30)],
    ['hilbert 9', hilbert(9)],
    ['kahan 20', kahan(20)],
    ['random 100', random(100)],
  ])('of %s leaves a residual of rounding, relative to |A| |x|', (_, a) => {
    const b = random(a.rows, 3, 4);
    const x = solve(a, b);
    expect(frobeniusNorm(subtract(multiply(a, x), b))).toBeLessThan(1e-14 * frobeniusNorm(a) * frobeniusNorm(x));
  });

  test('of one column has the first column of the solution for many, by either triangle', () => {
    const many = random(20, 3, 6);
    const one = columnsOf(many, 0, 1);
    expect(difference(solve(random(20), one), columnsOf(solve(random(20), many), 0, 1))).toBeLessThan(1e-13);
    for (const lower of [true, false]) {
      const triangle = lower ? transpose(kahan(20)) : kahan(20);
      const x = solveTriangular(triangle, one, { lower });
      expect(frobeniusNorm(subtract(multiply(triangle, x), one))).toBeLessThan(
        1e-15 * frobeniusNorm(triangle) * frobeniusNorm(x),
      );
      expect(difference(x, columnsOf(solveTriangular(triangle, many, { lower }), 0, 1))).toBeLessThan(1e-13);
    }
  });

  test.each<[string, () => unknown, RegExp, typeof OperatorError]>([
    [
      'a singular matrix',
      () =>
        solve(
          [
            [1, 2],
            [2, 4],
          ],
          [[1], [1]],
        ),
      /solve: this 2×2 matrix is singular to working precision \(condition infinite\); pseudoInverse/,
      SingularMatrixError,
    ],
    [
      'a condition above 4.5e15 that no scaling of rows and columns removes',
      () =>
        solve(
          [
            [1, 1],
            [1, 1 + Number.EPSILON],
          ],
          [[1], [1]],
        ),
      /condition about 1.8e\+16/,
      SingularMatrixError,
    ],
    [
      'sides that do not fit',
      () => solve([[1]], [[1], [2]]),
      /solve: A is 1×1 and B 2×1; they must have the same number of rows/,
      OperatorError,
    ],
    ['NaN on the right', () => solve([[1]], [[NaN]]), /solve: entry \[0, 0\] is NaN/, OperatorError],
  ])('refuses %s', (_, mistake, message, type) => {
    expect(mistake).toThrow(type);
    expect(mistake).toThrow(message);
  });
});

describe('the pseudo-inverse', () => {
  test("satisfies Penrose's four conditions, and reports how well", () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const { matrix: x, rank, condition, residual } = pseudoInverse(a);
        const [ax, xa] = [multiply(a, x), multiply(x, a)];
        const tolerance = 1e-13 * condition;
        expect(difference(multiply(ax, a), a)).toBeLessThan(tolerance);
        expect(difference(multiply(xa, x), x)).toBeLessThan(tolerance);
        expect(difference(transpose(ax), ax)).toBeLessThan(tolerance);
        expect(difference(transpose(xa), xa)).toBeLessThan(tolerance);
        expect(residual).toBeLessThan(tolerance);
        expect(rank).toBeLessThanOrEqual(Math.min(a.rows, a.cols));
      }),
    );
  });

  test('is numpy’s, to 1e-13', () => {
    expect(difference(pseudoInverse(random(9, 4)).matrix, reference['pseudo-inverse of random 9 4'])).toBeLessThan(
      1e-13,
    );
  });

  test('of u vᵀ is v uᵀ / (|u|² |v|²)', () => {
    expect(
      difference(
        pseudoInverse([
          [3, 4],
          [6, 8],
          [6, 8],
        ]).matrix,
        scale(
          transpose(
            fromRows([
              [3, 4],
              [6, 8],
              [6, 8],
            ]),
          ),
          1 / 225,
        ),
      ),
    ).toBeLessThan(1e-15);
  });

  test('drops singular values up to rcond times the largest, and says what it dropped', () => {
    const a = diagonal([8, 2]);
    expect(pseudoInverse(a, { rcond: 0.3 })).toMatchObject({
      matrix: { data: Float64Array.of(0.125, 0, 0, 0) },
      rank: 1,
      condition: 1,
      dropped: 0.25,
    });
    expect(pseudoInverse(a, { rcond: 0.2 })).toMatchObject({ rank: 2, condition: 4, dropped: 0 });
  });

  test('has an error estimate that the error keeps, for Hilbert’s matrix of order 8', () => {
    const { matrix, error, condition } = pseudoInverse(hilbert(8));
    const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);
    const exact = fromRows(
      Array.from({ length: 8 }, (_, i) =>
        Array.from(
          { length: 8 },
          (_, j) =>
            (-1) ** (i + j) * (i + j + 1) * binomial(8 + i, 7 - j) * binomial(8 + j, 7 - i) * binomial(i + j, i) ** 2,
        ),
      ),
    );
    expect(frobeniusNorm(subtract(matrix, exact)) / frobeniusNorm(exact)).toBeLessThan(error);
    expect(Math.abs(condition / 1.5257575538060041e10 - 1)).toBeLessThan(1e-6); // Todd 1954
    expect(error).toBeLessThan(1e-4);
  });

  test('of zero is zero', () => {
    expect(pseudoInverse(zeros(2, 3))).toEqual({
      matrix: zeros(3, 2),
      rank: 0,
      condition: 1,
      dropped: 0,
      residual: 0,
      error: 0,
    });
  });
});

describe('least squares', () => {
  const b = random(9, 2, 5);

  test('agrees with numpy.linalg.lstsq to 1e-13, full rank or not', () => {
    expect(difference(leastSquares(random(9, 4), b).x, reference['least squares'])).toBeLessThan(1e-13);
    const { x, rank } = leastSquares(deficient(), b);
    expect(difference(x, reference['least squares, rank 3'])).toBeLessThan(1e-13);
    expect(rank).toBe(3);
  });

  test('leaves a residual that A cannot see: Aᵀ (A x − b) = 0, whatever the shape', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const right = random(a.rows, 2, 5);
        const { x, residuals, condition } = leastSquares(a, right);
        const left = subtract(multiply(a, x), right);
        const size = frobeniusNorm(a);
        expect(frobeniusNorm(multiply(transpose(a), left))).toBeLessThanOrEqual(1e-12 * condition * (size || 1));
        expect(Math.hypot(...residuals)).toBeCloseTo(frobeniusNorm(left), 12);
      }),
    );
  });

  test('finds the shortest of many solutions', () => {
    const { x, residuals } = leastSquares([[1, 1, 1]], [[3]]);
    expect(difference(x, [[1], [1], [1]])).toBeLessThan(1e-15);
    expect(residuals[0]).toBeLessThan(1e-15);
  });
});

describe('ridge regression', () => {
  test('agrees with numpy’s solution of the normal equations to 1e-13', () => {
    expect(difference(ridge(random(9, 4), random(9, 2, 5), 0.1).x, reference['ridge 0.1'])).toBeLessThan(1e-13);
  });

  test('of a diagonal is s b / (s² + λ), with Σ s² / (s² + λ) degrees of freedom', () => {
    const { x, degreesOfFreedom } = ridge(diagonal([2, 1, 0]), [[1], [1], [1]], 1);
    expect(difference(x, [[0.4], [0.5], [0]])).toBeLessThan(1e-15);
    expect(degreesOfFreedom).toBeCloseTo(0.8 + 0.5, 14);
  });

  test.each([0, -1, NaN, Infinity])('refuses λ = %d', (lambda) => {
    expect(() => ridge([[1]], [[1]], lambda)).toThrow(/ridge: lambda is .*; expected a positive number/);
  });
});

describe('the Procrustes problem', () => {
  test('agrees with scipy to 1e-13', () => {
    const found = procrustes(random(12, 5, 7), random(12, 5, 8));
    expect(difference(found.Q, reference.procrustes.Q)).toBeLessThan(1e-13);
    expect(found.scale * frobeniusNorm(random(12, 5, 7)) ** 2).toBeCloseTo(
      reference.procrustes['sum of singular values'],
      12,
    );
  });

  test('recovers a rotation and a scale', () => {
    const a = random(20, 4);
    const turn = polar(random(4, 4, 3)).Q;
    const { Q, scale: factor, residual } = procrustes(a, scale(multiply(a, turn), 2.5));
    expect(difference(Q, turn)).toBeLessThan(1e-13);
    expect(factor).toBeCloseTo(2.5, 13);
    expect(residual).toBeCloseTo(1.5 * frobeniusNorm(a), 12);
    expect(skewness(Q)).toBeLessThan(1e-14);
  });

  test('refuses sizes that differ', () => {
    expect(() => procrustes([[1, 2]], [[1]])).toThrow(/procrustes: A is 1×2 and B 1×1; the sizes must be equal/);
  });
});
