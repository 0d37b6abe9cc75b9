// QR, LU, Cholesky, polar.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyMatrix, difference, reference, skewness } from '../../../test/closeness.js';
import { graded, hilbert, illConditioned, kahan, random } from '../../../test/matrices.js';
import { OperatorError, SingularMatrixError } from '../../errors.js';
import { identity, transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { pickColumns } from '../matrix/parts.js';
import { multiply } from '../matrix/product.js';
import { cholesky } from './cholesky.js';
import { lu } from './lu.js';
import { polar } from './polar.js';
import { orthogonalComplement, qr, qrPivoted } from './qr.js';

const HARD: [string, Matrix][] = [
  ['hilbert 12', hilbert(12)],
  ['kahan 20', kahan(20)],
  ['graded 30', graded(30)],
  ['illConditioned 30', illConditioned(30)],
];

function isUpper({ rows, cols, data }: Matrix): boolean {
  for (let i = 0; i < rows; i++) for (let j = 0; j < Math.min(i, cols); j++) if (data[i * cols + j] !== 0) return false;
  return true;
}

const pickRows = (a: Matrix, numbers: ArrayLike<number>) => transpose(pickColumns(transpose(a), numbers));

describe('QR', () => {
  test('of any matrix is Q R with orthonormal Q and upper triangular R, thin and full', () => {
    fc.assert(
      fc.property(anyMatrix, fc.boolean(), (a, full) => {
        const { Q, R } = qr(a, { full });
        expect(difference(multiply(Q, R), a)).toBeLessThan(1e-14);
        expect(skewness(Q)).toBeLessThan(1e-14);
        expect(isUpper(R)).toBe(true);
        expect([Q.rows, Q.cols, R.cols]).toEqual([a.rows, full ? a.rows : Math.min(a.rows, a.cols), a.cols]);
      }),
    );
  });

  test('with pivoting has a falling diagonal, and is A with its columns in another order', () => {
    fc.assert(
      fc.property(anyMatrix, fc.boolean(), (a, full) => {
        const { Q, R, permutation } = qrPivoted(a, { full });
        expect(difference(multiply(Q, R), pickColumns(a, permutation))).toBeLessThan(1e-14);
        expect([...permutation].sort((x, y) => x - y)).toEqual([...permutation.keys()]);
        const diagonal = Array.from({ length: Math.min(R.rows, R.cols) }, (_, i) => Math.abs(R.data[i * R.cols + i]!));
        diagonal.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(diagonal[i]! * (1 + 1e-14)));
      }),
    );
  });

  test.each(HARD)('of %s is right to 1e-14', (_, a) => {
    const { Q, R, permutation } = qrPivoted(a);
    expect(difference(multiply(Q, R), pickColumns(a, permutation))).toBeLessThan(1e-14);
    expect(skewness(Q)).toBeLessThan(1e-14);
  });

  test('completes orthonormal columns to a basis, and has nothing to add to a whole one', () => {
    const basis = qr(random(7, 3)).Q;
    const rest = orthogonalComplement(basis)!;
    expect([rest.rows, rest.cols]).toEqual([7, 4]);
    expect(skewness(rest)).toBeLessThan(1e-14);
    expect(multiply(transpose(basis), rest).data.every((value) => Math.abs(value) < 1e-14)).toBe(true);
    expect(orthogonalComplement(identity(3))).toBeNull();
  });
});

describe('LU', () => {
  test('of any matrix is Pᵀ L U, with no entry of L above one in modulus', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const { L, U, permutation } = lu(a);
        expect(difference(multiply(L, U), pickRows(a, permutation))).toBeLessThan(1e-14);
        expect(isUpper(U)).toBe(true);
        expect(isUpper(transpose(L))).toBe(true);
        expect(L.data.every((value) => Math.abs(value) <= 1)).toBe(true);
      }),
    );
  });

  test('of a singular matrix has a zero on the diagonal', () => {
    expect(
      lu([
        [1, 2],
        [2, 4],
      ]).U.data[3],
    ).toBe(0);
    expect([...lu(zeros(2, 2)).U.data]).toEqual([0, 0, 0, 0]);
  });

  test('gives the determinant of Hilbert’s matrix of order 8 to 1e-9 of itself: 2.737e-33, in closed form', () => {
    const { U } = lu(hilbert(8));
    const factorials = (n: number) =>
      Array.from({ length: n - 1 }, (_, i) => factorial(i + 1)).reduce((x, y) => x * y, 1); // 1! 2! … (n−1)!
    const exact = factorials(8) ** 4 / factorials(16);
    const found = Array.from({ length: 8 }, (_, i) => U.data[i * 9]!).reduce((x, y) => x * y, 1);
    expect(Math.abs(Math.abs(found) / exact - 1)).toBeLessThan(1e-6); // condition 1.5e10 times rounding
  });
});

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

describe('Cholesky', () => {
  test('of Aᵀ A + I is L Lᵀ with a positive diagonal', () => {
    fc.assert(
      fc.property(
        anyMatrix.map((a) => (a.data.some((value) => Math.abs(value) > 1e6) ? random(a.rows, a.cols) : a)),
        (a) => {
          const gram = multiply(transpose(a), a);
          for (let i = 0; i < gram.rows; i++) gram.data[i * (gram.rows + 1)]! += 1;
          const L = cholesky(gram);
          expect(difference(multiply(L, transpose(L)), gram)).toBeLessThan(1e-14);
          expect(isUpper(transpose(L))).toBe(true);
          for (let i = 0; i < L.rows; i++) expect(L.data[i * (L.rows + 1)]).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('of Hilbert’s matrix has the diagonal in closed form: (k!)² √(2k + 1) / (2k + 1)!, for k < 8', () => {
    const L = cholesky(hilbert(8));
    const exact = (k: number) => (factorial(k) ** 2 * Math.sqrt(2 * k + 1)) / factorial(2 * k + 1);
    for (let k = 0; k < 8; k++) expect(Math.abs(L.data[k * 9]! / exact(k) - 1)).toBeLessThan(1e-6);
  });

  test.each<[string, () => unknown, RegExp, typeof OperatorError]>([
    [
      'an indefinite matrix: it names the minor',
      () =>
        cholesky([
          [4, 2],
          [2, 1 - 1e-10],
        ]),
      /leading minor of order 2 of this 2×2/,
      SingularMatrixError,
    ],
    [
      'a matrix that is not symmetric',
      () =>
        cholesky([
          [1, 2],
          [3, 9],
        ]),
      /entries \[1, 0\] and \[0, 1\] are 3 and 2/,
      OperatorError,
    ],
    ['a rectangle', () => cholesky([[1, 2]]), /1×2; it must be square/, OperatorError],
  ])('refuses %s', (_, mistake, message, type) => {
    expect(mistake).toThrow(type);
    expect(mistake).toThrow(message);
  });
});

describe('the polar decomposition', () => {
  test('of any matrix is Q H, H symmetric and positive, Q with orthonormal columns or rows', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const { Q, H } = polar(a);
        expect(difference(multiply(Q, H), a)).toBeLessThan(1e-13);
        expect(difference(transpose(H), H)).toBeLessThan(1e-14);
        expect(skewness(a.rows >= a.cols ? Q : transpose(Q))).toBeLessThan(1e-13);
      }),
    );
  });

  test('of a tall matrix is scipy’s, to 1e-13', () => {
    const { Q, H } = polar(random(7, 4));
    expect(difference(Q, reference['polar of random 7 4'].Q)).toBeLessThan(1e-13);
    expect(difference(H, reference['polar of random 7 4'].H)).toBeLessThan(1e-13);
  });
});
