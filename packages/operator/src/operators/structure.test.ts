// What is particular to each operator: closed forms, starting points, and the mistakes of putting operators together.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { expectKeptLengths } from '../../test/kept-lengths.js';
import { OPERATORS, uniform } from '../../test/operators.js';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { subtract } from '../linear-algebra/matrix/arithmetic.js';
import { diagonal, fromRows, identity, toRows, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { BlockOperator } from './block-operator.js';
import { DenseOperator } from './dense-operator.js';
import { DiagonalOperator } from './diagonal-operator.js';
import { KroneckerOperator } from './kronecker-operator.js';
import { LowRankOperator } from './low-rank-operator.js';
import { OrthogonalOperator } from './orthogonal-operator.js';
import { ProductOperator } from './product-operator.js';
import { ProjectorOperator } from './projector-operator.js';
import { ScaledOperator } from './scaled-operator.js';
import { ShiftedLowRankOperator } from './shifted-low-rank-operator.js';
import { SumOperator } from './sum-operator.js';
import { TimeDependentLowRankOperator } from './time-dependent-low-rank-operator.js';

expectNoLeaks();

async function using<O extends { dispose(): void }>(
  operator: O,
  use: (operator: O) => Promise<void> | void,
): Promise<void> {
  try {
    await use(operator);
  } finally {
    operator.dispose();
  }
}

const largest = ({ data }: Matrix) => data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
const dimsAndSeeds = fc.record({ n: fc.integer({ min: 1, max: 8 }), seed: fc.nat() });

describe('a low-rank operator', () => {
  test('of an SVD keeps the leading directions: of diag(5, 3, 1), those of 5 and 3', () =>
    using(LowRankOperator.of({ U: identity(3), s: [5, 3, 1], V: identity(3) }, { rank: 2 }), async (operator) => {
      expect(await operator.toMatrix()).toEqual(diagonal([5, 3, 0]));
    }));

  test.each([
    [4, 3],
    [3, 4],
  ])('starts as the identity on its first coordinates, %d × %d', (outputDim, inputDim) =>
    using(new LowRankOperator({ inputDim, outputDim, rank: 2 }), async (operator) => {
      expect(await operator.toMatrix()).toEqual(diagonal([1, 1], outputDim, inputDim));
    }),
  );
});

describe('an orthogonal operator', () => {
  test('is orthogonal to rounding, whatever its parameters: Q Qᵀ = I in float64', () =>
    fc.assert(
      fc.asyncProperty(dimsAndSeeds, ({ n, seed }) =>
        using(OPERATORS['orthogonal of many reflections']!(n, n, uniform(seed)), async (operator) => {
          const Q = await operator.toMatrix();
          expect(largest(subtract(multiply(Q, transpose(Q)), identity(n)))).toBeLessThan(1e-13);
        }),
      ),
      { numRuns: 30 },
    ));

  test.each([
    [1, 2],
    [5, 4],
    [6, 6],
  ])('of dimension %d starts as the identity with %d reflections', (dim, reflections) =>
    using(new OrthogonalOperator({ dim, reflections }), async (operator) => {
      expect(largest(subtract(await operator.toMatrix(), identity(dim)))).toBeLessThan(1e-14);
    }),
  );

  test('of one normal v is the Householder reflection I − 2 v vᵀ / vᵀv', () =>
    using(new OrthogonalOperator({ dim: 2, reflections: 1 }), async (operator) => {
      tf.tidy(() => operator.normals.assign(tf.tensor2d([[3, 4]])));
      const expected = fromRows([
        [1 - 18 / 25, -24 / 25],
        [-24 / 25, 1 - 32 / 25],
      ]);
      expect(largest(subtract(await operator.toMatrix(), expected))).toBeLessThan(1e-15);
    }));

  test('keeps the length of rows in float32, over 256 reflections', () => expectKeptLengths(256));
});

describe('a projector', () => {
  test('is idempotent and symmetric whatever its parameters, its rank the number of open gates', () =>
    fc.assert(
      fc.asyncProperty(dimsAndSeeds, ({ n, seed }) =>
        using(OPERATORS['projector']!(n, n, uniform(seed)) as ProjectorOperator, async (operator) => {
          const P = await operator.toMatrix();
          expect(largest(subtract(multiply(P, P), P))).toBeLessThan(1e-13);
          expect(largest(subtract(P, transpose(P)))).toBeLessThan(1e-13);
          const trace = toRows(P).reduce((sum, row, i) => sum + row[i]!, 0);
          expect(trace).toBeCloseTo(await operator.rank(), 10); // eigenvalues are 0 and 1
        }),
      ),
      { numRuns: 30 },
    ));

  test('keeps its first `rank` directions at the start', () =>
    using(new ProjectorOperator({ dim: 3, rank: 2 }), async (operator) =>
      expect(await operator.toMatrix()).toEqual(diagonal([1, 1, 0])),
    ));

  test('passes gradients straight through its step: d(w · P z)/dp = w ⊙ z, for shut gates too', () =>
    using(new ProjectorOperator({ dim: 3, rank: 1 }), (operator) => {
      const gradient = tf.tidy(() => {
        const loss = () =>
          tf.sum(tf.mul(operator.apply(tf.tensor2d([[2, 3, 5]])), tf.tensor2d([[1, 10, 100]]))) as tf.Scalar;
        return tf.variableGrads(loss).grads[operator.gates.name]!.arraySync();
      });
      expect(gradient).toEqual([2, 30, 500]);
    }));

  test('learns which coordinates to keep', () =>
    using(new ProjectorOperator({ dim: 4 }), async (operator) => {
      const optimizer = tf.train.sgd(0.1);
      const z = tf.randomNormal<tf.Rank.R2>([32, 4], 0, 1, 'float32', 1);
      const target = tf.tidy(() => tf.mul(z, tf.tensor1d([1, 0, 0, 1])));
      for (let step = 0; step < 40; step++)
        optimizer.minimize(() => tf.mean(tf.square(tf.sub(operator.apply(z), target))) as tf.Scalar);
      expect(await operator.toMatrix()).toEqual(diagonal([1, 0, 0, 1]));
      tf.dispose([z, target]);
      optimizer.dispose();
    }));
});

describe('a time-dependent low-rank operator', () => {
  const flowOf = () => new TimeDependentLowRankOperator({ dim: 5, rank: 2, hiddenDim: 16, seed: 1 });

  test('applies to each row the operator of its own time', () =>
    using(flowOf(), async (flow) => {
      const z = [
        [1, 2, 3, 4, 5],
        [5, -4, 3, -2, 1],
      ];
      const both = tf.tidy(() => flow.apply(tf.tensor2d(z), tf.tensor1d([0.25, 0.75])).arraySync());
      for (const [row, t] of [0.25, 0.75].entries()) {
        await using(flow.at(t), async (A) => {
          expect((await A.toMatrix()).rows).toBe(5);
          const alone = multiply(fromRows([z[row]!]), transpose(await A.toMatrix()));
          expect(largest(subtract(fromRows([both[row]!]), alone))).toBeLessThan(1e-5);
        });
      }
    }));

  test.each([
    [1, true],
    [4, true],
    [4, false],
    [10, true],
    [60, true],
    [60, false],
  ])('collapses %d Euler steps of dz/dt = (A_t z − z)/(1 − t) into one operator (last step: %s)', (steps, lastStep) =>
    using(flowOf(), async (flow) => {
      const z = tf.tensor2d([[1, 2, 3, 4, 5]]);
      const stepwise = tf.tidy(() => {
        let value = z;
        for (let k = 0; k < (lastStep ? steps : steps - 1); k++) {
          const t = k / steps;
          value = tf.add(value, tf.mul(tf.sub(flow.apply(value, tf.tensor1d([t])), value), 1 / steps / (1 - t)));
        }
        return value.arraySync();
      });
      await using(flow.collapse({ steps, lastStep }), (whole) => {
        const atOnce = tf.tidy(() => whole.apply(z).arraySync());
        const scale = largest(fromRows(stepwise));
        expect(largest(subtract(fromRows(stepwise), fromRows(atOnce)))).toBeLessThan(1e-5 * scale);
      });
      z.dispose();
    }),
  );

  test.each([1, 10, 300])('the rank of %d collapsed steps stays at most the dimension', (steps) =>
    using(flowOf(), async (flow) => {
      const before = tf.memory().numTensors;
      const whole = flow.collapse({ steps });
      expect(tf.memory().numTensors).toBe(before + 3);
      expect(whole.U.shape[1]).toBe(Math.min(2 * steps, 5));
      expect(whole.V.shape).toEqual(whole.U.shape);
      expect((await whole.toMatrix()).data.every(Number.isFinite)).toBe(true);
      whole.dispose();
    }),
  );

  test('trains both networks: they receive gradients', () =>
    using(flowOf(), (flow) => {
      const names = [...flow.left.kernels, ...flow.right.biases].map(({ name }) => name);
      const largestGradients = tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => tf.sum(tf.square(flow.apply(tf.ones([2, 5]), tf.tensor1d([0.1, 0.9])))) as tf.Scalar,
        );
        return names.map((name) => tf.max(tf.abs(grads[name]!)).dataSync()[0]!);
      });
      largestGradients.forEach((value) => expect(value).toBeGreaterThan(0));
    }));
});

describe('a Kronecker product', () => {
  test('has the blocks A_ij B', () =>
    using(
      new KroneckerOperator({
        left: new DenseOperator({ inputDim: 2, outputDim: 1, matrix: [[2, 3]] }),
        right: new DenseOperator({ inputDim: 1, outputDim: 2, matrix: [[5], [7]] }),
      }),
      async (operator) =>
        expect(toRows(await operator.toMatrix())).toEqual([
          [10, 15],
          [14, 21],
        ]),
    ));
});

describe('a block operator', () => {
  test('puts matrices where they stand, zeros for null', () =>
    using(
      new BlockOperator([
        [
          new DenseOperator({ inputDim: 1, matrix: [[1]] }),
          new DenseOperator({ inputDim: 2, outputDim: 1, matrix: [[2, 3]] }),
        ],
        [null, new DiagonalOperator({ dim: 2, diagonal: [4, 5] })],
      ]),
      async (operator) =>
        expect(toRows(await operator.toMatrix())).toEqual([
          [1, 2, 3],
          [0, 4, 0],
          [0, 0, 5],
        ]),
    ));
});

describe('mistakes are named', () => {
  const dense = (outputDim: number, inputDim: number): LinearOperator => new DenseOperator({ inputDim, outputDim });
  const made: LinearOperator[] = [];
  const keep = (outputDim: number, inputDim: number) => (made.push(dense(outputDim, inputDim)), made.at(-1)!);

  test.each<[string, () => unknown, RegExp]>([
    [
      'a sum of different shapes',
      () => new SumOperator([keep(2, 3), keep(2, 3), keep(3, 2)]),
      /term 2 is 3×2, but the first is 2×3/,
    ],
    ['a sum of nothing', () => new SumOperator([]), /at least one term/],
    [
      'a product whose inner dimensions differ',
      () => new ProductOperator([keep(2, 3), keep(2, 3)]),
      /2×3 after 2×3 is not defined/,
    ],
    ['a product of nothing', () => new ProductOperator([]), /at least one factor/],
    ['ragged blocks', () => new BlockOperator([[keep(1, 1), null], [null]]), /row 1 has 1 blocks; expected 2/],
    ['a column of zeros only', () => new BlockOperator([[keep(1, 1), null]]), /column 1 holds no operator/],
    ['blocks of different widths', () => new BlockOperator([[keep(1, 2)], [keep(1, 3)]]), /column 0 are 2 and 3 wide/],
    [
      'a rank above the dimensions',
      () => new LowRankOperator({ inputDim: 3, outputDim: 2, rank: 3 }),
      /rank is 3; a 2×3 operator has at most 2/,
    ],
    [
      'an SVD whose factors do not fit',
      () => LowRankOperator.of({ U: identity(3), s: [1, 1], V: identity(3) }),
      /3×3.*with 2 values/,
    ],
    [
      'a diagonal of another length',
      () => new DiagonalOperator({ dim: 3, diagonal: [1, 2] }),
      /diagonal has 2 values; expected 3/,
    ],
    [
      'a diagonal beyond float32',
      () => new DiagonalOperator({ dim: 2, diagonal: [1, 1e39] }),
      /diagonal\[1\] is 1e\+39/,
    ],
    ['a factor of NaN', () => new ScaledOperator({ operator: keep(1, 1), factor: NaN }), /factor\[0\] is NaN/],
    [
      'a projector of more directions than it has',
      () => new ProjectorOperator({ dim: 2, rank: 3 }),
      /rank is 3; expected an integer from 0 to 2/,
    ],
    ['a negative seed', () => new OrthogonalOperator({ dim: 2, seed: -1 }), /seed is -1; expected an integer/],
    [
      'a seed of NaN',
      () => new ProjectorOperator({ dim: 2, reflections: 2, seed: NaN }),
      /ProjectorOperator: seed is NaN/,
    ],
    [
      'a seed between integers',
      () => new TimeDependentLowRankOperator({ dim: 2, seed: 0.5 }),
      /TimeDependentLowRankOperator: seed is 0.5/,
    ],
    ['no reflections', () => new OrthogonalOperator({ dim: 2, reflections: 0 }), /reflections is 0/],
    [
      'factors of different shapes',
      () => withTensors((U, V) => new ShiftedLowRankOperator({ shift: 1, U, V })),
      /U is \[3, 1\] and V \[2, 1\]/,
    ],
    [
      'one Euler step without the last',
      () => withFlow((flow) => flow.collapse({ steps: 1, lastStep: false })),
      /at least 2 steps/,
    ],
    [
      'times that are not one for each row',
      () => tf.tidy(() => withFlow((flow) => flow.apply(tf.zeros([3, 2]), tf.zeros([2])))),
      /one time for each row, \[3\], but got \[2\]/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
    made.splice(0).forEach((operator) => operator.dispose());
  });

  function withTensors(use: (U: tf.Tensor2D, V: tf.Tensor2D) => unknown): void {
    const [U, V] = [tf.zeros<tf.Rank.R2>([3, 1]), tf.zeros<tf.Rank.R2>([2, 1])];
    try {
      use(U, V);
    } finally {
      tf.dispose([U, V]);
    }
  }

  function withFlow<T>(use: (flow: TimeDependentLowRankOperator) => T): T {
    const flow = new TimeDependentLowRankOperator({ dim: 2, rank: 1, hiddenDim: 4 });
    try {
      return use(flow);
    } finally {
      flow.dispose();
    }
  }
});
