// Eigenvalues and eigenvectors, symmetric and general, and the Schur form.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, reference, skewness, squareMatrix } from '../../../test/closeness.js';
import { grcar, random, wilkinson } from '../../../test/matrices.js';
import { OperatorError } from '../../errors.js';
import { add, scale, scaleColumns } from '../matrix/arithmetic.js';
import { diagonal, transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { modulus, type Complex } from '../matrix/complex.js';
import { eigenSymmetric } from './eigen-symmetric.js';
import { eigen, eigenvalues } from './eigen.js';
import { eigenvaluesOf, schur } from './schur.js';

const exact = reference['eigenvalues, exact'];

/** The largest distance of an exact eigenvalue from the nearest found. */
function farthest(found: readonly Complex[], expected: readonly (readonly [number, number])[]): number {
  return Math.max(
    ...expected.map(([re, im]) => Math.min(...found.map((value) => Math.hypot(value.re - re, value.im - im)))),
  );
}

/** |A v − λ v| for each pair, the largest. */
function residual(a: Matrix): number {
  const { values, vectors } = eigen(a);
  const n = a.rows;
  const [Ax, Ay] = [multiply(a, vectors.re), multiply(a, vectors.im)];
  let largest = 0;
  values.forEach(({ re, im }, k) => {
    for (let i = 0; i < n; i++) {
      const p = i * n + k;
      const [x, y] = [vectors.re.data[p]!, vectors.im.data[p]!];
      largest = Math.max(largest, Math.hypot(Ax.data[p]! - (re * x - im * y), Ay.data[p]! - (re * y + im * x)));
    }
  });
  return largest;
}

describe('eigenvalues of a symmetric matrix', () => {
  test('rise, with orthonormal vectors: A = V diag(λ) Vᵀ to 1e-14', () => {
    fc.assert(
      fc.property(squareMatrix, (b) => {
        const a = add(b, transpose(b));
        const { values, vectors } = eigenSymmetric(a);
        expect(difference(multiply(scaleColumns(vectors, values), transpose(vectors)), a)).toBeLessThan(2e-14);
        expect(skewness(vectors)).toBeLessThan(2e-14);
        expect([...values]).toEqual([...values].sort((x, y) => x - y));
      }),
    );
  });

  test('of Wilkinson’s matrix of order 21 agree with 60 digits, pairs that are 1e-14 apart included', () => {
    expect(
      farthest(
        [...eigenSymmetric(wilkinson(21)).values].map((re) => ({ re, im: 0 })),
        exact['wilkinson 21']!,
      ),
    ).toBeLessThan(1e-14);
  });

  test('of the second difference of order 150 are 4 sin²(kπ / 302), to 1e-14', () => {
    const n = 150;
    const a = add(diagonal(new Float64Array(n).fill(2)), zeros(n, n));
    for (let i = 0; i < n - 1; i++) a.data[i * n + i + 1] = a.data[(i + 1) * n + i] = -1;
    eigenSymmetric(a).values.forEach((value, k) =>
      expect(Math.abs(value - 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2)).toBeLessThan(2e-14),
    );
  });

  test('do not mind sizes at the ends of float64', () => {
    for (const size of [1e-300, 1e300]) {
      const { values } = eigenSymmetric([
        [0, size],
        [size, 0],
      ]);
      expect([values[0]! / size, values[1]! / size].map((value) => Number(value.toFixed(12)))).toEqual([-1, 1]);
    }
    expect([...eigenSymmetric(zeros(3, 3)).values]).toEqual([0, 0, 0]);
  });

  test('takes asymmetry of rounding, and refuses more', () => {
    expect(
      eigenSymmetric([
        [1, 2],
        [2 + 1e-15, 1],
      ]).values[1],
    ).toBeCloseTo(3, 14);
    expect(() =>
      eigenSymmetric([
        [1, 2],
        [2.1, 1],
      ]),
    ).toThrow(/eigenSymmetric: entries \[1, 0\] and \[0, 1\] are 2.1 and 2; the matrix must be symmetric/);
  });
});

describe('the Schur form', () => {
  test('of any square matrix is Q T Qᵀ, with blocks of two only for complex pairs, their diagonals equal', () => {
    fc.assert(
      fc.property(squareMatrix, (a) => {
        const { Q, T } = schur(a);
        expect(difference(multiply(multiply(Q, T), transpose(Q)), a)).toBeLessThan(2e-14);
        expect(skewness(Q)).toBeLessThan(2e-14);
        const n = T.rows;
        const at = (i: number, j: number) => T.data[i * n + j]!;
        for (let i = 0; i < n; i++) for (let j = 0; j < i - 1; j++) expect(Math.abs(at(i, j))).toBe(0);
        for (let i = 0; i + 1 < n; i++) {
          if (at(i + 1, i) === 0) continue;
          expect(at(i, i)).toBe(at(i + 1, i + 1));
          expect(at(i, i + 1) * at(i + 1, i)).toBeLessThan(0);
          if (i + 2 < n) expect(Math.abs(at(i + 2, i + 1))).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of 150 random rows and columns holds to 1e-13', () => {
    const a = random(150);
    const { Q, T } = schur(a);
    expect(difference(multiply(multiply(Q, T), transpose(Q)), a)).toBeLessThan(1e-13);
    expect(eigenvaluesOf(T).reduce((sum, { re }) => sum + re, 0)).toBeCloseTo(
      Array.from({ length: 150 }, (_, i) => a.data[i * 151]!).reduce((x, y) => x + y),
      11,
    );
  });
});

describe('eigenpairs of a general matrix', () => {
  test('satisfy A v = λ v to 1e-13, with vectors of length one', () => {
    fc.assert(
      fc.property(squareMatrix, (a) => {
        expect(residual(a)).toBeLessThan(1e-13 * (1 + Math.max(...a.data.map(Math.abs))));
        const { vectors } = eigen(a);
        for (let k = 0; k < a.rows; k++) {
          let squares = 0;
          for (let i = 0; i < a.rows; i++)
            squares += vectors.re.data[i * a.rows + k]! ** 2 + vectors.im.data[i * a.rows + k]! ** 2;
          expect(squares).toBeCloseTo(1, 13);
        }
      }),
      { numRuns: 300 },
    );
  });

  // Grcar's eigenvalues have condition numbers near 1e2; random ones near 10.
  test.each([
    ['random 9', random(9), 1e-14],
    ['grcar 12', grcar(12), 1e-12],
    ['wilkinson 21', wilkinson(21), 1e-13],
  ] as const)('of %s agree with 60 digits', (name, a, tolerance) => {
    expect(farthest(eigenvalues(a), exact[name]!)).toBeLessThan(tolerance);
  });

  test('come largest modulus first, pairs together, conjugate to the last bit', () => {
    const { values, vectors } = eigen(random(9));
    values.slice(1).forEach((value, k) => expect(modulus(value)).toBeLessThanOrEqual(modulus(values[k]!)));
    values.forEach(({ re, im }, k) => {
      if (im <= 0) return;
      expect(values[k + 1]).toEqual({ re, im: -im });
      for (let i = 0; i < 9; i++) {
        expect(vectors.re.data[i * 9 + k + 1]).toBe(vectors.re.data[i * 9 + k]);
        expect(vectors.im.data[i * 9 + k + 1]! + vectors.im.data[i * 9 + k]!).toBe(0);
      }
    });
  });

  test('of a rotation by 90° are ±i; of a cyclic shift of 7 the seventh roots of one', () => {
    expect(
      eigenvalues([
        [0, -1],
        [1, 0],
      ]),
    ).toEqual([
      { re: 0, im: 1 },
      { re: 0, im: -1 },
    ]);
    const shift = zeros(7, 7);
    for (let i = 0; i < 7; i++) shift.data[i * 7 + ((i + 1) % 7)] = 1;
    const roots = Array.from(
      { length: 7 },
      (_, k) => [Math.cos((2 * Math.PI * k) / 7), Math.sin((2 * Math.PI * k) / 7)] as const,
    );
    expect(farthest(eigenvalues(shift), roots)).toBeLessThan(1e-14);
  });

  test('of a badly scaled matrix are found after balancing: 1e12 above, 1e-12 below the diagonal', () => {
    const values = eigenvalues([
      [1, 1e12],
      [1e-12, 2],
    ]);
    const root = Math.sqrt(5) / 2;
    expect(Math.abs(values[0]!.re - (1.5 + root))).toBeLessThan(1e-14);
    expect(Math.abs(values[1]!.re - (1.5 - root))).toBeLessThan(1e-14);
  });

  test('of a Jordan block are its value, with one vector', () => {
    const { values, vectors } = eigen([
      [2, 1],
      [0, 2],
    ]);
    expect(values).toEqual([
      { re: 2, im: 0 },
      { re: 2, im: 0 },
    ]);
    [...vectors.re.data].forEach((value, i) => expect(Math.abs(Math.abs(value) - (i < 2 ? 1 : 0))).toBeLessThan(1e-15));
    expect([...vectors.im.data]).toEqual([0, 0, 0, 0]);
  });

  test('of 1 × 1, zero, and sizes at the ends of float64', () => {
    expect(eigen([[-7]])).toMatchObject({ values: [{ re: -7, im: 0 }] });
    expect(eigenvalues(zeros(3, 3))).toEqual(Array(3).fill({ re: 0, im: 0 }));
    expect(eigenvalues(scale(diagonal([2, 1]), 1e300)).map(({ re }) => re / 1e300)).toEqual([2, 1]);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a rectangle', () => eigenvalues([[1, 2]]), /eigenvalues: the matrix is 1×2; it must be square/],
    ['NaN', () => eigen([[NaN]]), /eigen: entry \[0, 0\] is NaN/],
  ])('refuses %s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
  });
});
