import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { OperatorError } from '../errors.js';
import { diagonal, fromRows, toRows } from '../linear-algebra/matrix/matrix.js';
import { DenseOperator, type DenseOperatorOptions } from './dense-operator.js';

expectNoLeaks();

async function using(operator: DenseOperator, use: (operator: DenseOperator) => Promise<void> | void): Promise<void> {
  try {
    await use(operator);
  } finally {
    operator.dispose();
  }
}

describe('a dense operator', () => {
  test.each([
    [3, 3],
    [2, 4],
    [4, 2],
  ])('starts as the identity, %d × %d', (outputDim, inputDim) =>
    using(new DenseOperator({ inputDim, outputDim }), async (operator) => {
      expect(await operator.toMatrix()).toEqual(diagonal([1, 1, 1, 1], outputDim, inputDim));
    }),
  );

  test('maps rows z to A z, and back by Aᵀ', () =>
    using(
      new DenseOperator({
        inputDim: 3,
        outputDim: 2,
        matrix: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
      (a) => {
        expect(
          tf.tidy(() =>
            a
              .apply(
                tf.tensor2d([
                  [1, 0, -1],
                  [0, 2, 0],
                ]),
              )
              .arraySync(),
          ),
        ).toEqual([
          [-2, -2],
          [4, 10],
        ]);
        expect(tf.tidy(() => a.applyAdjoint(tf.tensor2d([[1, -1]])).arraySync())).toEqual([[-3, -3, -3]]);
      },
    ));

  test('passes gradients to its matrix: d(sum A z)/dA = 1 zᵀ', () =>
    using(
      new DenseOperator({
        inputDim: 2,
        matrix: [
          [1, 2],
          [3, 4],
        ],
      }),
      (a) =>
        tf.tidy(() => {
          const { grads } = tf.variableGrads(() => tf.sum(a.apply(tf.tensor2d([[5, 7]]))), [a.matrix]);
          expect(grads[a.matrix.name]!.arraySync()).toEqual([
            [5, 7],
            [5, 7],
          ]);
        }),
    ));

  test('of a float64 matrix is that matrix, rounded to float32', () =>
    using(DenseOperator.of(fromRows([[0.1, 2, 3]])), async (operator) => {
      expect([operator.outputDim, operator.inputDim]).toEqual([1, 3]);
      expect(toRows(await operator.toMatrix())).toEqual([[Math.fround(0.1), 2, 3]]);
    }));

  test('is found by optimisers unless told otherwise', () => {
    const operators = [
      new DenseOperator({ inputDim: 1 }),
      new DenseOperator({ inputDim: 1, trainable: false }),
      DenseOperator.of(fromRows([[1]]), { trainable: false }),
    ];
    expect(operators.map(({ matrix }) => matrix.trainable)).toEqual([true, false, false]);
    operators.forEach((operator) => operator.dispose());
  });

  test.each<[string, DenseOperatorOptions, RegExp]>([
    ['a dimension of 0', { inputDim: 0 }, /inputDim is 0/],
    ['a ragged matrix', { inputDim: 2, matrix: [[1, 2], [3]] }, /expected 2×2/],
    ['a matrix of another shape', { inputDim: 2, outputDim: 3, matrix: [[1, 2]] }, /the matrix is 1×2; expected 3×2/],
  ])('names %s', (_, options, message) => {
    expect(() => new DenseOperator(options)).toThrow(OperatorError);
    expect(() => new DenseOperator(options)).toThrow(message);
  });
});
