// The laws that every operator keeps, against its own float64 matrix, which is computed on another path.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { OPERATORS, uniform, variablesOf } from '../../test/operators.js';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { toTensor, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';

expectNoLeaks();

const shapes = fc.record({ m: fc.integer({ min: 1, max: 6 }), n: fc.integer({ min: 1, max: 6 }), seed: fc.nat() });

/** Float32 products of up to 12 terms, sums and reflections: some 2⁻²⁴ each, on numbers up to a few dozen. */
const FLOAT32 = 2e-5;

const rows = (data: ArrayLike<number>, cols: number): Matrix => ({
  rows: data.length / cols,
  cols,
  data: Float64Array.from(data),
});
const float32Rows = (count: number, cols: number, next: () => number) =>
  rows(Float32Array.from({ length: count * cols }, next), cols);
const largestDifference = (a: Matrix, b: Matrix) =>
  a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
const largest = ({ data }: Matrix) => data.reduce((max, value) => Math.max(max, Math.abs(value)), 1);

/** What the backend makes of the rows. */
function mapped(z: Matrix, map: (z: tf.Tensor2D) => tf.Tensor2D): Matrix {
  const result = tf.tidy(() => map(toTensor(z)));
  const { shape } = result;
  try {
    return rows(result.dataSync(), shape[1]);
  } finally {
    result.dispose();
  }
}

const dot = (a: Matrix, b: Matrix) => a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);

describe.each(Object.entries(OPERATORS))('a %s operator', (name, make) => {
  const forAll = (law: (operator: LinearOperator, next: () => number) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(shapes, async ({ m, n, seed }) => {
        const next = uniform(seed);
        const operator = make(m, n, next);
        try {
          await law(operator, next);
        } finally {
          operator.dispose();
        }
      }),
      { numRuns: 15 },
    );

  test('maps rows as its matrix does, and back as its transpose does', () =>
    forAll(async (operator, next) => {
      const A = await operator.toMatrix();
      expect([A.rows, A.cols]).toEqual([operator.outputDim, operator.inputDim]);
      const [z, u] = [float32Rows(3, A.cols, next), float32Rows(3, A.rows, next)];
      const tolerance = FLOAT32 * largest(A);
      expect(
        largestDifference(
          mapped(z, (z) => operator.apply(z)),
          multiply(z, transpose(A)),
        ),
      ).toBeLessThan(tolerance);
      expect(
        largestDifference(
          mapped(u, (u) => operator.applyAdjoint(u)),
          multiply(u, A),
        ),
      ).toBeLessThan(tolerance);
    }));

  test('has an adjoint with ⟨A z, u⟩ = ⟨z, A* u⟩, whose adjoint is A again, over the same variables', () =>
    forAll(async (operator, next) => {
      const adjoint = operator.adjoint();
      const [z, u] = [float32Rows(2, operator.inputDim, next), float32Rows(2, operator.outputDim, next)];
      const A = await operator.toMatrix();
      const difference =
        dot(
          mapped(z, (z) => operator.apply(z)),
          u,
        ) -
        dot(
          z,
          mapped(u, (u) => adjoint.apply(u)),
        );
      expect(Math.abs(difference)).toBeLessThan(FLOAT32 * 24 * largest(A)); // 2 × up to 12 numbers each
      expect(await adjoint.adjoint().toMatrix()).toEqual(A);
      expect(await adjoint.toMatrix()).toEqual(transpose(A));
      expect(new Set(variablesOf(adjoint).map(([, variable]) => variable))).toEqual(
        new Set(variablesOf(operator).map(([, variable]) => variable)),
      );
    }));

  test.skipIf(name.includes('projector'))(
    'passes gradients to its variables and to z as finite differences of its float64 matrix have them',
    () =>
      forAll(async (operator, next) => {
        const [z, w] = [float32Rows(2, operator.inputDim, next), float32Rows(2, operator.outputDim, next)];
        const loss = async () => dot(multiply(z, transpose(await operator.toMatrix())), w);
        const trainable = variablesOf(operator).filter(([, variable]) => variable.trainable);
        const weighted = (z: tf.Tensor2D) => tf.sum(tf.mul(operator.apply(z), toTensor(w))) as tf.Scalar;

        const dz = mapped(z, (z) => tf.grad((z) => weighted(z as tf.Tensor2D))(z) as tf.Tensor2D);
        const A = await operator.toMatrix();
        expect(largestDifference(dz, multiply(w, A))).toBeLessThan(FLOAT32 * largest(A));

        for (const [, variable] of trainable) {
          const gradient = tf.tidy(() =>
            tf.variableGrads(() => weighted(toTensor(z)), [variable]).grads[variable.name]!.dataSync(),
          );
          const at = Math.floor(((next() + 1) / 2) * variable.size);
          const numeric = await centralDifference(variable, at, loss);
          // Differences err by h² times a third derivative; a normal of length |v| turns as fast as 1 / |v|.
          expect(Math.abs(gradient[at]! - numeric)).toBeLessThan(2e-2 * (1 + Math.abs(numeric)) * largest(A));
        }
      }),
  );

  test('refuses rows of another length, on both sides, and names the shapes', () =>
    forAll(async (operator) => {
      const wrong = (dim: number) => tf.zeros<tf.Rank.R2>([3, dim + 1]);
      const message = (dim: number) => `[B, ${dim}], but got [3, ${dim + 1}]`;
      expect(() => tf.tidy(() => operator.apply(wrong(operator.inputDim)))).toThrow(message(operator.inputDim));
      expect(() => tf.tidy(() => operator.applyAdjoint(wrong(operator.outputDim)))).toThrow(OperatorError);
    }));

  test('may be disposed twice', () => {
    const operator = make(3, 2, uniform(1));
    operator.dispose();
    operator.dispose();
  });
});

/** (L(p + h) − L(p − h)) / 2h with h a power of two, so that p ± h is exact in most cases and nearly so in all. */
async function centralDifference(variable: tf.Variable, at: number, loss: () => Promise<number>): Promise<number> {
  const h = 2 ** -9;
  const values = (await variable.data()).slice() as Float32Array;
  const lossAt = async (value: number) => {
    tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values).fill(value, at, at + 1), variable.shape)));
    return loss();
  };
  const [plus, minus] = [Math.fround(values[at]! + h), Math.fround(values[at]! - h)];
  const difference = ((await lossAt(plus)) - (await lossAt(minus))) / (plus - minus);
  await lossAt(values[at]!);
  return difference;
}
