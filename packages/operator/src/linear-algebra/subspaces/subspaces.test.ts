// Rank, norms, the four subspaces, principal angles, the numerical range.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyMatrix, difference, reference, skewness, squareMatrix } from '../../../test/closeness.js';
import { graded, grcar, hilbert, illConditioned, kahan, random } from '../../../test/matrices.js';
import { eigenvalues } from '../decompositions/eigen.js';
import { polar } from '../decompositions/polar.js';
import { OperatorError } from '../../errors.js';
import { add, scale } from '../matrix/arithmetic.js';
import { diagonal, fromRows, identity, transpose, zeros } from '../matrix/matrix.js';
import { columnsOf } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { fourSubspaces, nullSpace, projectorOnto, range } from './four-subspaces.js';
import { frobeniusNorm, nuclearNorm, spectralNorm } from './norms.js';
import { numericalRange } from './numerical-range.js';
import { principalAngles } from './principal-angles.js';
import { conditionNumber, rank } from './rank.js';

describe('rank and condition', () => {
  test('of a product of m × k and k × n is k, for k up to both', () => {
    for (const k of [1, 3, 5]) expect(rank(multiply(random(8, k), random(k, 6)))).toBe(Math.min(k, 6));
    expect(rank(zeros(3, 2))).toBe(0);
    expect(rank(identity(7))).toBe(7);
  });

  test('sees the small singular value of Kahan’s matrix that pivoted QR does not', () => {
    expect(rank(kahan(20), { rcond: 1e-5 })).toBe(19);
  });

  test('counts singular values above rcond times the largest', () => {
    expect(rank(diagonal([1, 1e-3, 1e-6]), { rcond: 1e-4 })).toBe(2);
    expect(rank(diagonal([1, 1e-15, 1e-17]))).toBe(2);
  });

  test.each([
    ['hilbert 6', hilbert(6), 1.4951058642254665e7],
    ['the identity', identity(5), 1],
    [
      'a 2 × 2 of determinant 1e-10',
      fromRows([
        [1, 1],
        [1, 1 + 1e-10],
      ]),
      4e10,
    ],
  ])('the condition of %s is in closed form or known (Todd 1954), to 1e-5', (_, a, expected) => {
    expect(Math.abs(conditionNumber(a) / expected - 1)).toBeLessThan(1e-5);
  });

  test('the condition of a singular matrix is infinite or beyond precision', () => {
    expect(conditionNumber(zeros(2, 2))).toBe(Infinity);
    expect(
      conditionNumber([
        [1, 2],
        [2, 4],
      ]),
    ).toBeGreaterThan(1e15);
  });
});

describe('norms', () => {
  test('of diag(3, −4): spectral 4, nuclear 7, Frobenius 5; of huge entries as well', () => {
    const a = diagonal([3, -4]);
    for (const size of [1, 1e200]) {
      expect(spectralNorm(scale(a, size)) / size).toBeCloseTo(4, 14);
      expect(nuclearNorm(scale(a, size)) / size).toBeCloseTo(7, 14);
      expect(frobeniusNorm(scale(a, size)) / size).toBeCloseTo(5, 14);
    }
  });

  test('are ordered: spectral ≤ Frobenius ≤ nuclear ≤ √rank · Frobenius', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const [s, f, n] = [spectralNorm(a), frobeniusNorm(a), nuclearNorm(a)];
        const slack = 1 + 1e-13;
        expect(s).toBeLessThanOrEqual(f * slack);
        expect(f).toBeLessThanOrEqual(n * slack);
        expect(n).toBeLessThanOrEqual(Math.sqrt(Math.min(a.rows, a.cols)) * f * slack);
      }),
    );
  });
});

describe('the four subspaces', () => {
  test('split both spaces: their projectors add to the identity, and A sees only its row space and makes only its range', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const { rank: r, range: made, leftNullSpace, rowSpace, nullSpace: lost } = fourSubspaces(a);
        const [P, N] = [projectorOnto(made.basis, a.rows), projectorOnto(leftNullSpace.basis, a.rows)];
        const [R, Z] = [projectorOnto(rowSpace.basis, a.cols), projectorOnto(lost.basis, a.cols)];
        expect(difference(add(P, N), identity(a.rows))).toBeLessThan(1e-13);
        expect(difference(add(R, Z), identity(a.cols))).toBeLessThan(1e-13);
        expect(difference(multiply(P, a), a)).toBeLessThan(1e-13);
        expect(difference(multiply(a, R), a)).toBeLessThan(1e-13);
        expect([made.dimension, leftNullSpace.dimension, rowSpace.dimension, lost.dimension]).toEqual([
          r,
          a.rows - r,
          r,
          a.cols - r,
        ]);
      }),
    );
  });

  test('of [1, 1]: the null space is along (1, −1)', () => {
    const basis = nullSpace([[1, 1]])!;
    expect(Math.abs(basis.data[0]! + basis.data[1]!)).toBeLessThan(1e-15);
    expect(skewness(basis)).toBeLessThan(1e-15);
  });

  test('are null where they are {0}', () => {
    expect(nullSpace(identity(3))).toBeNull();
    expect(range(zeros(3, 2))).toBeNull();
  });

  test('of graded and ill-conditioned matrices have orthonormal bases all the same', () => {
    for (const a of [graded(20), illConditioned(20), hilbert(14)]) {
      const { range: made, leftNullSpace } = fourSubspaces(a);
      for (const { basis } of [made, leftNullSpace]) if (basis) expect(skewness(basis)).toBeLessThan(1e-13);
    }
  });
});

describe('principal angles', () => {
  test('agree with scipy to 1e-13', () => {
    const { angles } = principalAngles(random(10, 3), random(10, 4, 9));
    reference['subspace angles of random 10 3 and 10 4'].forEach((angle, k) =>
      expect(Math.abs(angles[k]! - angle)).toBeLessThan(1e-13),
    );
  });

  test.each([1e-12, 1e-8, 0.3, Math.PI / 4, 1.5, Math.PI / 2])('of two lines %d apart are that, to 1e-15', (angle) => {
    const { angles } = principalAngles([[1], [0], [0]], [[Math.cos(angle)], [Math.sin(angle)], [0]]);
    expect(Math.abs(angles[0]! - angle)).toBeLessThan(1e-15);
  });

  test('do not depend on the bases, and rise; their vectors are at those angles', () => {
    const [a, b] = [random(9, 3), random(9, 2, 4)];
    const { angles, first, second } = principalAngles(a, b);
    const other = principalAngles(
      multiply(b, [
        [2, 1],
        [0, -3],
      ]),
      multiply(a, polar(random(3, 3, 2)).Q),
    ).angles;
    expect(Math.max(...angles.map((angle, k) => Math.abs(angle - other[k]!)))).toBeLessThan(1e-14);
    expect(angles[0]).toBeLessThanOrEqual(angles[1]!);
    const cosines = multiply(transpose(columnsOf(first, 0, 2)), second);
    expect(difference(cosines, diagonal(angles.map(Math.cos)))).toBeLessThan(1e-14);
  });

  test('of a subspace with itself are 0, with its complement π / 2', () => {
    const { range: made, leftNullSpace } = fourSubspaces(random(6, 3));
    expect(Math.max(...principalAngles(made.basis!, random(6, 3)).angles)).toBeLessThan(1e-14);
    principalAngles(made.basis!, leftNullSpace.basis!).angles.forEach((angle) =>
      expect(Math.abs(angle - Math.PI / 2)).toBeLessThan(1e-14),
    );
  });

  test.each<[string, () => unknown, RegExp]>([
    ['spaces of different dimensions', () => principalAngles([[1], [0]], [[1]]), /columns of length 2 and 1/],
    ['{0}', () => principalAngles([[0]], [[1]]), /a subspace \{0\} has no angles/],
  ])('refuse %s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
  });
});

describe('the numerical range', () => {
  test('of [0, 2; 0, 0] is the unit disc', () => {
    const { boundary, abscissa, radius } = numericalRange([
      [0, 2],
      [0, 0],
    ]);
    expect(boundary).toHaveLength(64);
    boundary.forEach(({ re, im }, k) => {
      expect(Math.abs(re - Math.cos((2 * Math.PI * k) / 64))).toBeLessThan(1e-14);
      expect(Math.abs(im - Math.sin((2 * Math.PI * k) / 64))).toBeLessThan(1e-14);
    });
    expect([abscissa, radius].map((value) => Number(value.toFixed(13)))).toEqual([1, 1]);
  });

  test('of a symmetric matrix is the interval of its eigenvalues', () => {
    const { boundary, abscissa } = numericalRange(diagonal([-1, 0.5, 3]), { angles: 4 });
    expect(abscissa).toBeCloseTo(3, 14);
    boundary.forEach(({ im }) => expect(Math.abs(im)).toBeLessThan(1e-14));
    expect(Math.min(...boundary.map(({ re }) => re))).toBeCloseTo(-1, 14);
  });

  test('has numpy’s abscissa for Grcar’s matrix, to 1e-14', () => {
    expect(numericalRange(grcar(12), { angles: 4 }).abscissa).toBeCloseTo(
      reference['numerical abscissa of grcar 12'],
      13,
    );
  });

  test('has every eigenvalue left of each supporting line, and a radius between half the norm and the norm', () => {
    fc.assert(
      fc.property(squareMatrix, (a) => {
        const { boundary, radius } = numericalRange(a, { angles: 16 });
        const slack = 1e-12 * (1 + spectralNorm(a));
        boundary.forEach((point, k) => {
          const angle = (2 * Math.PI * k) / 16;
          const height = ({ re, im }: { re: number; im: number }) => re * Math.cos(angle) + im * Math.sin(angle);
          eigenvalues(a).forEach((value) => expect(height(value)).toBeLessThanOrEqual(height(point) + slack));
        });
        expect(radius).toBeLessThanOrEqual(spectralNorm(a) + slack);
        expect(radius / Math.cos(Math.PI / 16)).toBeGreaterThanOrEqual(spectralNorm(a) / 2 - slack);
      }),
      { numRuns: 40 },
    );
  });

  test.each([3, 7, 0, 6.5])('refuses %d angles', (angles) => {
    expect(() => numericalRange([[1]], { angles })).toThrow(/angles is .*; expected an even number of at least 4/);
  });
});
