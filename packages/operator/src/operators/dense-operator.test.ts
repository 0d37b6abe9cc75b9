import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Rows } from '../decompositions.js';
import { DenseOperator } from './dense-operator.js';
import { OperatorError } from '../errors.js';

let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

/** Runs `use` with operators that are disposed afterwards, derived ones too. */
function withOperators<T>(use: (make: (matrix: Rows) => DenseOperator, keep: (operator: DenseOperator) => DenseOperator) => T): T {
  const kept: DenseOperator[] = [];
  const keep = (operator: DenseOperator) => {
    kept.push(operator);
    return operator;
  };
  try {
    return use((matrix) => keep(new DenseOperator({ inputDim: matrix[0]!.length, outputDim: matrix.length, matrix })), keep);
  } finally {
    kept.forEach((operator) => operator.dispose());
  }
}

const product = (a: Rows, b: Rows): Rows => a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const transpose = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => row[j]!));
const largestDifference = (a: Rows, b: Rows) => Math.max(...a.flatMap((row, i) => row.map((x, j) => Math.abs(x - b[i]![j]!))));

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([m, n]) => fc.array(fc.array(fc.integer({ min: -4000, max: 4000 }).map((x) => Math.fround(x / 1000)), { minLength: n, maxLength: n }), { minLength: m, maxLength: m }));

const hilbert = (n: number): Rows => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1)));

describe('a dense operator', () => {
  test.each([[3, 3], [2, 4], [4, 2]])('starts as the identity, %d × %d', (outputDim, inputDim) => {
    const operator = new DenseOperator({ inputDim, outputDim });
    expect(operator.toArray()).toEqual(
      Array.from({ length: outputDim }, (_, i) => Array.from({ length: inputDim }, (_, j) => Number(i === j))),
    );
    operator.dispose();
  });

  test('maps rows z to A z', () => {
    withOperators((make) => {
      const a = make([[1, 2, 3], [4, 5, 6]]);
      const mapped = tf.tidy(() => a.apply(tf.tensor2d([[1, 0, -1], [0, 2, 0]])).arraySync());
      expect(mapped).toEqual([[-2, -2], [4, 10]]);
    });
  });

  test('passes gradients to its matrix: d(sum A z)/dA = 1 zᵀ', () => {
    withOperators((make) => {
      const a = make([[1, 2], [3, 4]]);
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(a.apply(tf.tensor2d([[5, 7]]))), [a.matrix]);
        expect(grads[a.matrix.name]!.arraySync()).toEqual([[5, 7], [5, 7]]);
      });
    });
  });

  test('composes as its matrix multiplies', () => {
    withOperators((make, keep) => {
      const [a, b] = [[[1, 2], [3, 4], [5, 6]], [[1, 0, 2], [0, 1, -1]]];
      expect(keep(make(a).compose(make(b))).toArray()).toEqual(product(a, b));
    });
  });
});

describe('the pseudo-inverse', () => {
  test("satisfies Penrose's four conditions", () => {
    fc.assert(
      fc.property(matrices, (a) =>
        withOperators((make, keep) => {
          const operator = make(a);
          const p = keep(operator.pinv()).toArray();
          // A⁺ is stored in float32: errors grow with its size, which is that of the reciprocal smallest singular value.
          const tolerance = 1e-5 * (1 + Math.max(...p.flat().map(Math.abs))) * (1 + Math.max(...a.flat().map(Math.abs))) ** 2 * 10;
          const [ap, pa] = [product(a, p), product(p, a)];
          expect(largestDifference(product(ap, a), a)).toBeLessThan(tolerance);
          expect(largestDifference(product(pa, p), p)).toBeLessThan(tolerance * (1 + Math.max(...p.flat().map(Math.abs))));
          expect(largestDifference(ap, transpose(ap))).toBeLessThan(tolerance);
          expect(largestDifference(pa, transpose(pa))).toBeLessThan(tolerance);
        }),
      ),
      { numRuns: 60 },
    );
  });

  test('of a rank-one matrix u vᵀ is v uᵀ / (|u|²|v|²)', () => {
    withOperators((make, keep) => {
      const [u, v] = [[1, 2, 2], [3, 4]];
      const p = keep(make(u.map((x) => v.map((y) => x * y))).pinv()).toArray();
      expect(largestDifference(p, v.map((y) => u.map((x) => (x * y) / (9 * 25))))).toBeLessThan(1e-7);
    });
  });

  test('drops the singular values up to rcond times the largest, and no others', () => {
    withOperators((make, keep) => {
      const a = make([[8, 0], [0, 2]]);
      expect(keep(a.pinv({ rcond: 0.3 })).toArray()).toEqual([[0.125, 0], [0, 0]]);
      expect(keep(a.pinv({ rcond: 0.2 })).toArray()).toEqual([[0.125, 0], [0, 0.5]]);
    });
  });

  test('takes what float32 cannot resolve for zero, unless told otherwise', () => {
    withOperators((make, keep) => {
      const threshold = 2 * 2 ** -23;
      const below = make([[1, 0], [0, threshold / 2]]);
      expect(keep(below.pinv()).toArray()).toEqual([[1, 0], [0, 0]]);
      expect(keep(below.pinv({ rcond: 0 })).toArray()).toEqual([[1, 0], [0, 2 ** 23]]);
      expect(keep(make([[1, 0], [0, 2 * threshold]]).pinv()).toArray()).toEqual([[1, 0], [0, 2 ** 21]]);
    });
  });

  test('of zero is zero', () => {
    withOperators((make, keep) => {
      expect(keep(make([[0, 0, 0], [0, 0, 0]]).pinv()).toArray()).toEqual([[0, 0], [0, 0], [0, 0]]);
    });
  });
});

describe('the singular value decomposition', () => {
  test.each([
    ['square', hilbert(6)],
    ['tall', [[1, 2], [3, 4], [5, 6]]],
    ['wide', [[1, 2, 3, 4], [0, 1, 0, 1]]],
    ['rank-deficient', [[1, 2], [2, 4]]],
  ])('of a %s matrix is U diag(s) Vᵀ with orthonormal columns and falling s', (_, a) => {
    withOperators((make) => {
      const operator = make(a);
      const { U, s, V } = operator.svd();
      expect(largestDifference(product(U.map((row) => row.map((x, k) => x * s[k]!)), transpose(V)), operator.toArray())).toBeLessThan(1e-12);
      for (const vectors of [U, V]) {
        const gram = product(transpose(vectors), vectors);
        expect(largestDifference(gram, gram.map((row, i) => row.map((_, j) => Number(i === j))))).toBeLessThan(1e-12);
      }
      expect([...s].sort((x, y) => y - x)).toEqual(s);
    });
  });

  test('of diag(3, −4) has the singular values 4 and 3', () => {
    withOperators((make) => expect(make([[3, 0], [0, -4]]).svd().s).toEqual([4, 3]));
  });
});

describe('eigenvalues', () => {
  test('of a rotation by 90° are ±i', () => {
    withOperators((make) => {
      const [a, b] = make([[0, -1], [1, 0]]).eigenvalues();
      expect([a!.re, b!.re]).toEqual([0, 0]);
      expect([Math.abs(a!.im), Math.abs(b!.im), a!.im + b!.im]).toEqual([1, 1, 0]);
    });
  });

  test('of a triangular matrix are its diagonal, largest first', () => {
    withOperators((make) => {
      const values = make([[1, 5, 2], [0, -3, 1], [0, 0, 2]]).eigenvalues();
      [-3, 2, 1].forEach((value, i) => expect(values[i]!.re).toBeCloseTo(value, 12));
    });
  });
});

describe('mistakes are named', () => {
  test.each<[string, (make: (matrix: Rows) => DenseOperator) => unknown, RegExp]>([
    ['a dimension of 0', () => new DenseOperator({ inputDim: 0 }), /inputDim is 0/],
    ['a ragged matrix', () => new DenseOperator({ inputDim: 2, matrix: [[1, 2], [3]] }), /expected 2×2/],
    ['latents of another length', (make) => tf.tidy(() => make([[1, 2]]).apply(tf.zeros([3, 5]))), /\[B, 2\].*\[3, 5\]/],
    ['a composition that does not fit', (make) => make([[1, 2]]).compose(make([[1, 2]])), /1×2 after 1×2/],
    ['eigenvalues of a rectangle', (make) => make([[1, 2]]).eigenvalues(), /1×2 matrix has none/],
    ['an SVD of NaN', (make) => make([[1, NaN]]).svd(), /entry \[0, 1\] is NaN/],
    ['a pseudo-inverse of infinity', (make) => make([[Infinity]]).pinv(), /entry \[0, 0\] is Infinity/],
  ])('%s', (_, mistake, message) => {
    withOperators((make) => {
      expect(() => mistake(make)).toThrow(OperatorError);
      expect(() => mistake(make)).toThrow(message);
    });
  });
});
