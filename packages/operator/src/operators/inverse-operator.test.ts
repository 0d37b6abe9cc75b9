import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { OPERATORS, uniform, variablesOf } from '../../test/operators.js';
import { OperatorError, SingularMatrixError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { subtract } from '../linear-algebra/matrix/arithmetic.js';
import { identity, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { conditionNumber } from '../linear-algebra/subspaces/rank.js';
import { DenseOperator } from './dense-operator.js';
import { DiagonalOperator } from './diagonal-operator.js';
import { inverseOperator } from './inverse-operator.js';
import { KroneckerOperator } from './kronecker-operator.js';
import { ProductOperator } from './product-operator.js';
import { ScaledOperator } from './scaled-operator.js';
import { ShiftedLowRankOperator } from './shifted-low-rank-operator.js';
import { TimeDependentLowRankOperator } from './time-dependent-low-rank-operator.js';

expectNoLeaks();

const largest = ({ data }: Matrix) => data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

/** Every operator of the package; of those that have no inverse as they come, some draws do. */
const square: Record<string, (n: number, next: () => number) => LinearOperator> = {
  ...Object.fromEntries(Object.entries(OPERATORS).map(([name, make]) => [name, (n, next) => make(n, n, next)])),
  Kronecker: (n, next) =>
    new KroneckerOperator({ left: OPERATORS['dense']!(n, n, next), right: OPERATORS['diagonal']!(2, 2, next) }),
};

describe.each(Object.entries(square))('the inverse of a %s operator', (_, make) => {
  test('A⁻¹ A = I to float32 times the condition number, over variables of its own that are not trained', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.nat(), async (n, seed) => {
        const operator = make(n, uniform(seed));
        try {
          const A = await operator.toMatrix();
          const condition = conditionNumber(A);
          fc.pre(condition < 1e4);
          const inverse = await inverseOperator(operator);
          const own = variablesOf(operator).map(([, variable]) => variable);
          expect(variablesOf(inverse).every(([, variable]) => !variable.trainable && !own.includes(variable))).toBe(
            true,
          );
          const error = largest(subtract(multiply(await inverse.toMatrix(), A), identity(A.rows)));
          inverse.dispose();
          // A product's condition may hide that of its factors: each rounds by 2⁻²⁴ of its own size.
          expect(error).toBeLessThan(1e-5 * condition ** 2);
        } finally {
          operator.dispose();
        }
      }),
      { numRuns: 20 },
    ));
});

test('the structure is kept: a product of diagonals is inverted as one', async () => {
  const product = new ProductOperator([
    new DiagonalOperator({ dim: 2, diagonal: [2, 4] }),
    new DiagonalOperator({ dim: 2, diagonal: [1, 8] }),
  ]);
  const inverse = (await inverseOperator(product)) as ProductOperator;
  expect(inverse.factors.map((factor) => factor.constructor)).toEqual([DiagonalOperator, DiagonalOperator]);
  expect([...(await inverse.toMatrix()).data]).toEqual([0.5, 0, 0, 1 / 32]);
  [product, inverse].forEach((operator) => operator.dispose());
});

test('a collapsed flow, one step short of its end, is inverted without an n × n matrix', async () => {
  const flow = new TimeDependentLowRankOperator({ dim: 600, rank: 2, hiddenDim: 8 });
  const whole = await flow.collapse({ steps: 4, until: 0.8 });
  const inverse = await inverseOperator(whole);
  expect(inverse).toBeInstanceOf(ShiftedLowRankOperator);
  const error = tf.tidy(() => {
    const z = tf.randomNormal<tf.Rank.R2>([3, 600], 0, 1, 'float32', 1);
    return tf.max(tf.abs(tf.sub(inverse.apply(whole.apply(z)), z))).dataSync()[0]!;
  });
  expect(error).toBeLessThan(1e-4); // float32 at a condition number of some dozens
  [flow, whole, inverse].forEach((operator) => operator.dispose());
});

describe('mistakes are named', () => {
  test.each<[string, () => LinearOperator, typeof OperatorError, RegExp]>([
    ['a rectangle', () => new DenseOperator({ inputDim: 3, outputDim: 2 }), OperatorError, /2×3; only a square one/],
    [
      'a zero on the diagonal',
      () => new DiagonalOperator({ dim: 3, diagonal: [1, 0, 2] }),
      SingularMatrixError,
      /entry 1 of the diagonal is 0/,
    ],
    [
      'a factor of zero',
      () => new ScaledOperator({ operator: new DenseOperator({ inputDim: 2 }), factor: 0 }),
      SingularMatrixError,
      /factor of a scaled operator is 0/,
    ],
    [
      'a matrix of rank 1',
      () =>
        new DenseOperator({
          inputDim: 2,
          matrix: [
            [1, 2],
            [2, 4],
          ],
        }),
      SingularMatrixError,
      /part of 2×2 has rank 1/,
    ],
    [
      'a product with a singular factor',
      () =>
        new ProductOperator([new DiagonalOperator({ dim: 2, diagonal: [0, 1] }), new DenseOperator({ inputDim: 2 })]),
      SingularMatrixError,
      /entry 0/,
    ],
  ])('%s', async (_, make, type, message) => {
    const operator = make();
    const failure = inverseOperator(operator);
    await expect(failure).rejects.toThrow(type);
    await expect(failure).rejects.toThrow(message);
    operator.dispose();
  });
});
