// The exponential, the logarithm, roots and powers of a matrix.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, reference, squareMatrix } from '../../../test/closeness.js';
import { graded, hilbert, positive, random } from '../../../test/matrices.js';
import { MatrixFunctionError, OperatorError, SingularMatrixError } from '../../errors.js';
import { add, scale } from '../matrix/arithmetic.js';
import { diagonal, fromRows, identity, transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { inverse } from '../solve/solve.js';
import { expm } from './exponential.js';
import { logm } from './logarithm.js';
import { powm } from './power.js';
import { sqrtm } from './square-root.js';

const known = reference['functions of positive 6'];

/** Eigenvalues in the right half-plane: the identity and a matrix of norm up to a half. */
const rightHalf = squareMatrix.map((a) => add(identity(a.rows), scale(a, 1 / (4 * a.rows))));

describe('functions of a matrix agree with 60 digits to 1e-13', () => {
  test.each<[string, (a: Matrix) => Matrix, number[][]]>([
    ['expm', expm, known.expm],
    ['logm', logm, known.logm],
    ['sqrtm', sqrtm, known.sqrtm],
    ['powm 0.3', (a) => powm(a, 0.3), known['power 0.3']],
    ['powm −1.7', (a) => powm(a, -1.7), known['power -1.7']],
    ['inverse', inverse, known.inverse],
  ])('%s', (_, f, expected) => {
    expect(difference(f(positive(6)), expected)).toBeLessThan(1e-13);
  });

  test('expm of a norm near 60, after squarings, to 1e-12', () => {
    expect(difference(expm(scale(random(6), 20)), reference['expm of random 6 times 20'])).toBeLessThan(1e-12);
  });
});

describe('the exponential', () => {
  test('of a rotation’s generator is the rotation, at any angle: each degree of the approximant, and squarings', () => {
    for (const angle of [1e-3, 0.1, 0.6, 2, 5, 100]) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      expect(
        difference(
          expm([
            [0, -angle],
            [angle, 0],
          ]),
          [
            [c, -s],
            [s, c],
          ],
        ),
      ).toBeLessThan(1e-13);
    }
  });

  test('of a nilpotent matrix is its series, which ends', () => {
    expect(
      difference(
        expm([
          [0, 1, 2],
          [0, 0, 3],
          [0, 0, 0],
        ]),
        [
          [1, 1, 2 + 1.5],
          [0, 1, 3],
          [0, 0, 1],
        ],
      ),
    ).toBeLessThan(1e-15);
  });

  test('of A and of −A are inverse to each other', () => {
    fc.assert(
      fc.property(squareMatrix, (a) => {
        const [up, down] = [expm(a), expm(scale(a, -1))];
        const size = Math.max(...up.data.map(Math.abs)) * Math.max(...down.data.map(Math.abs));
        expect(difference(multiply(up, down), identity(a.rows))).toBeLessThan(1e-13 * Math.max(1, size));
      }),
    );
  });

  test('of zero is the identity; of 1 × 1 the number’s', () => {
    expect(difference(expm(zeros(3, 3)), identity(3))).toBe(0);
    expect(expm([[2]]).data[0]! / Math.exp(2)).toBeCloseTo(1, 14);
  });

  test('expm of a turned nilpotent block times 1e9, which float64 does not determine, is refused; not turned, it is exact', () => {
    const block = scale(fromRows([[0, 1], [0, 0]]), 1e9); // prettier-ignore
    expect([...expm(block).data]).toEqual([1, 1e9, 0, 1]);
    for (let angle = 0.1; angle < 3; angle += 0.3) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const turn = fromRows([[c, -s], [s, c]]); // prettier-ignore
      const turned = multiply(multiply(turn, block), transpose(turn));
      expect(() => expm(turned), `${angle}`).toThrow(
        /^expm: no digit of the exponential of this 2×2 matrix, of 1-norm 1/,
      );
      expect(() => expm(turned)).toThrow(OperatorError);
      expect(difference(expm(scale(turned, 1e-7)), add(identity(2), scale(turned, 1e-7)))).toBeLessThan(1e-9);
    }
  });

  test('expm of large norms that float64 determines is answered: rotations, decays and projections', () => {
    const [c, s] = [Math.cos(1e6), Math.sin(1e6)];
    expect(difference(expm([[0, -1e6], [1e6, 0]]), fromRows([[c, -s], [s, c]]))).toBeLessThan(1e-9); // prettier-ignore
    expect(difference(expm([[-1e9, 1e9], [1e9, -1e9]]), fromRows([[0.5, 0.5], [0.5, 0.5]]))).toBeLessThan(1e-6); // prettier-ignore
    expect(difference(expm([[-2e9, 1e9], [1e9, -2e9]]), zeros(2, 2))).toBe(0); // prettier-ignore
  });

  test('refuses to overflow', () => {
    expect(() => expm([[800]])).toThrow(
      /expm: the exponential of this 1×1 matrix, of 1-norm 800, has entries above 1.8e\+308/,
    );
  });
});

describe('the logarithm', () => {
  test('is undone by the exponential, to 1e-12', () => {
    fc.assert(
      fc.property(rightHalf, (a) => {
        expect(difference(expm(logm(a)), a)).toBeLessThan(1e-12);
      }),
    );
  });

  test('of a rotation is its generator up to half a turn, 1e-6 short of it included', () => {
    for (const angle of [1e-3, 1, Math.PI - 1e-6]) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      expect(
        difference(
          logm([
            [c, -s],
            [s, c],
          ]),
          [
            [0, -angle],
            [angle, 0],
          ],
        ),
      ).toBeLessThan(1e-9);
    }
  });

  test('of a Jordan block is in closed form', () => {
    expect(
      difference(
        logm([
          [2, 1, 0],
          [0, 2, 1],
          [0, 0, 2],
        ]),
        [
          [Math.LN2, 1 / 2, -1 / 8],
          [0, Math.LN2, 1 / 2],
          [0, 0, Math.LN2],
        ],
      ),
    ).toBeLessThan(1e-14);
  });

  test('of a symmetric matrix with condition 1e12 is symmetric, and right to 1e-4 where 1e-16 · 1e12 remains', () => {
    const exact = fromRows([
      [0, 0],
      [0, Math.log(1e-12)],
    ]);
    const q = fromRows([
      [0.6, -0.8],
      [0.8, 0.6],
    ]);
    const turned = (a: Matrix) => multiply(multiply(q, a), transpose(q));
    const a = turned(diagonal([1, 1e-12]));
    a.data[1] = a.data[2]!;
    const found = logm(a);
    expect(found.data[1]).toBe(found.data[2]);
    expect(difference(found, turned(exact))).toBeLessThan(1e-4);
  });

  test.each<[string, number[][], RegExp, number]>([
    [
      'negative',
      [
        [1, 1],
        [0, -2],
      ],
      /logm: eigenvalue -2 of this 2×2 matrix is on the negative real axis/,
      -2,
    ],
    [
      'negative, symmetric',
      [
        [0, 1],
        [1, 0],
      ],
      /logm: eigenvalue -1 of this 2×2 matrix is on the negative real axis/,
      -1,
    ],
    [
      'zero',
      [
        [1, 2],
        [0.5, 1],
      ],
      /logm: eigenvalue .* of this 2×2 matrix is zero to working precision/,
      0,
    ],
  ])('refuses a %s eigenvalue, and carries it', (_, a, message, eigenvalue) => {
    expect(() => logm(a)).toThrow(message);
    try {
      logm(a);
    } catch (error) {
      expect(error).toBeInstanceOf(MatrixFunctionError);
      expect((error as MatrixFunctionError).eigenvalue.re).toBeCloseTo(eigenvalue, 12);
    }
  });
});

describe('the square root', () => {
  test('squared is the matrix, to 1e-13', () => {
    fc.assert(
      fc.property(rightHalf, (a) => {
        const root = sqrtm(a);
        expect(difference(multiply(root, root), a)).toBeLessThan(1e-13);
      }),
    );
  });

  test('of a projector is the projector, symmetric or not', () => {
    const symmetric = fromRows([
      [0.36, 0.48],
      [0.48, 0.64],
    ]);
    const oblique = fromRows([
      [1, 1],
      [0, 0],
    ]);
    expect(difference(sqrtm(symmetric), symmetric)).toBeLessThan(1e-15);
    expect(difference(sqrtm(oblique), oblique)).toBeLessThan(1e-15);
    expect(difference(sqrtm(zeros(2, 2)), zeros(2, 2))).toBe(0);
  });

  test('of a rotation by a quarter turn is the eighth; of sizes at the ends of float64 right as well', () => {
    const h = Math.SQRT1_2;
    expect(
      difference(
        sqrtm([
          [0, -1],
          [1, 0],
        ]),
        [
          [h, -h],
          [h, h],
        ],
      ),
    ).toBeLessThan(1e-15);
    expect(
      difference(
        sqrtm([
          [0, -1e300],
          [1e300, 0],
        ]),
        [
          [h * 1e150, -h * 1e150],
          [h * 1e150, h * 1e150],
        ],
      ),
    ).toBeLessThan(1e-15);
  });

  test('refuses a negative eigenvalue, and a nilpotent matrix', () => {
    expect(() =>
      sqrtm([
        [1, 0],
        [3, -4],
      ]),
    ).toThrow(/sqrtm: eigenvalue -4 of this 2×2 matrix is on the negative real axis/);
    expect(() =>
      sqrtm([
        [0, 1],
        [0, 0],
      ]),
    ).toThrow(/sqrtm: eigenvalue 0 of this 2×2 matrix has fewer eigenvectors than its multiplicity/);
  });
});

describe('powers', () => {
  test('add their exponents, to 1e-11', () => {
    fc.assert(
      fc.property(rightHalf, fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }), (a, p, q) => {
        const [x, y] = [p / 10, q / 10];
        expect(difference(multiply(powm(a, x), powm(a, y)), powm(a, x + y))).toBeLessThan(1e-11);
      }),
    );
  });

  test('with integers are products, of singular matrices too', () => {
    const a = fromRows([
      [1, 1],
      [0, 0],
    ]);
    expect(powm(a, 5)).toEqual(a);
    expect(powm(a, 0)).toEqual(identity(2));
    expect(
      difference(
        powm(
          [
            [2, 0],
            [0, -4],
          ],
          -3,
        ),
        [
          [1 / 8, 0],
          [0, -1 / 64],
        ],
      ),
    ).toBeLessThan(1e-15);
  });

  test('are where sqrtm is, for a half', () => {
    expect(difference(powm(positive(5), 0.5), sqrtm(positive(5)))).toBeLessThan(1e-13);
    expect(
      difference(
        powm(
          [
            [4, 0],
            [0, 0],
          ],
          0.5,
        ),
        [
          [2, 0],
          [0, 0],
        ],
      ),
    ).toBe(0);
  });

  test.each<[string, () => unknown, RegExp, typeof OperatorError]>([
    [
      'a fraction of a negative eigenvalue',
      () => powm([[-1]], 0.5),
      /powm: eigenvalue -1 of this 1×1/,
      MatrixFunctionError as never,
    ],
    [
      'a negative fraction of zero',
      () => powm([[0]], -0.5),
      /powm: eigenvalue 0 of this 1×1 matrix is zero to working precision/,
      MatrixFunctionError as never,
    ],
    [
      'the inverse of a singular matrix',
      () =>
        powm(
          [
            [1, 2],
            [2, 4],
          ],
          -1,
        ),
      /inverse: this 2×2 matrix is singular to working precision/,
      SingularMatrixError,
    ],
    ['an exponent of NaN', () => powm([[1]], NaN), /powm: the exponent is NaN/, OperatorError],
    ['an overflow', () => powm([[10]], 400), /powm: the power 400 of this 1×1 matrix has entries above/, OperatorError],
    ['a rectangle', () => expm([[1, 2]]), /expm: the matrix is 1×2; it must be square/, OperatorError],
    ['infinity', () => logm([[Infinity]]), /logm: entry \[0, 0\] is Infinity/, OperatorError],
  ])('refuse %s', (_, mistake, message, type) => {
    expect(mistake).toThrow(type);
    expect(mistake).toThrow(message);
  });
});

describe('the inverse', () => {
  test.each([
    ['hilbert 8', hilbert(8), 1e-5],
    ['graded 10', graded(10), 1e-12],
    ['random 90', random(90), 1e-11],
  ])('is a right inverse of %s, as far as its condition allows', (_, a, tolerance) => {
    expect(difference(multiply(a, inverse(a)), identity(a.rows))).toBeLessThan(tolerance);
  });

  test('of Hilbert’s matrix of order 6 is of integers in closed form, to 1e-9 of the largest', () => {
    const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);
    const exact = Array.from({ length: 6 }, (_, i) =>
      Array.from(
        { length: 6 },
        (_, j) =>
          (-1) ** (i + j) * (i + j + 1) * binomial(6 + i, 5 - j) * binomial(6 + j, 5 - i) * binomial(i + j, i) ** 2,
      ),
    );
    expect(difference(inverse(hilbert(6)), exact)).toBeLessThan(1e-9);
  });

  test('refuses zero, and a condition above 4.5e15', () => {
    expect(() => inverse(zeros(2, 2))).toThrow(SingularMatrixError);
    expect(() => inverse(hilbert(14))).toThrow(
      /inverse: this 14×14 matrix is singular to working precision \(condition about/,
    );
  });
});
