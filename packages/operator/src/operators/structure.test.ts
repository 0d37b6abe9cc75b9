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
import { add, scale, squareSum, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { diagonal, fromRows, identity, toRows, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { svd } from '../linear-algebra/decompositions/svd.js';
import { BlockOperator } from './block-operator.js';
import { ConvolutionOperator } from './convolution-operator.js';
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
import { TimeDependentLowRankOperator, type CollapseOptions } from './time-dependent-low-rank-operator.js';

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

  type Vector = number[];
  const combined = (a: number, x: Vector, b: number, y: Vector) => x.map((value, i) => a * value + b * y[i]!);

  /** z at `until`, by the explicit loop over steps, each applying A_t to the vector: dz/dt = (A_t z − z) / (1 − t). */
  async function stepwise(
    flow: TimeDependentLowRankOperator,
    { steps, until, method }: { steps: number; until: number; method: 'euler' | 'rk4' },
  ): Promise<Vector> {
    let z = [1, 2, 3, 4, 5];
    const times = [...new Set(Array.from({ length: 2 * steps + 1 }, (_, k) => (k * until) / steps / 2))];
    const matrices = new Map<number, Matrix>();
    for (const t of times) await using(flow.at(t), async (A) => void matrices.set(t, await A.toMatrix()));
    const predicted = (k: number, value: Vector): Vector =>
      toRows(multiply(fromRows([value]), transpose(matrices.get(times[k]!)!)))[0]!;
    const velocity = (k: number, value: Vector): Vector =>
      combined(1 / (1 - times[k]!), predicted(k, value), -1 / (1 - times[k]!), value);
    const h = until / steps;
    for (let k = 0; k < 2 * steps; k += 2) {
      if (until === 1 && k === 2 * steps - 2) z = predicted(k, z);
      else if (method === 'euler') z = combined(1, z, h, velocity(k, z));
      else {
        const k1 = velocity(k, z);
        const k2 = velocity(k + 1, combined(1, z, h / 2, k1));
        const k3 = velocity(k + 1, combined(1, z, h / 2, k2));
        const k4 = velocity(k + 2, combined(1, z, h, k3));
        z = combined(1, z, h / 6, combined(1, combined(1, k1, 2, k2), 1, combined(2, k3, 1, k4)));
      }
    }
    return z;
  }

  const atOnce = (flow: TimeDependentLowRankOperator, options: CollapseOptions): Promise<Vector> =>
    flow.collapse(options).then((whole) => {
      const z = tf.tidy(() => whole.apply(tf.tensor2d([[1, 2, 3, 4, 5]])).arraySync()[0]!);
      whole.dispose();
      return z;
    });
  const distance = (x: Vector, y: Vector) => Math.hypot(...combined(1, x, -1, y)) / Math.hypot(...y);

  test.each([
    [1, 1],
    [4, 1],
    [3, 0.75],
    [10, 1],
    [60, 1],
    [59, 59 / 60],
    [100, 1],
  ])('collapses %d steps of dz/dt = (A_t z − z)/(1 − t), until %d, into one operator', (steps, until) =>
    using(flowOf(), async (flow) => {
      for (const method of ['euler', 'rk4'] as const) {
        const options = { steps, until, method };
        expect(distance(await atOnce(flow, options), await stepwise(flow, options)), method).toBeLessThan(1e-6);
      }
    }),
  );

  test('multiplies the later step on the left: in the other order it would be another operator', () =>
    using(flowOf(), async (flow) => {
      const wrong = await (async () => {
        let product: Matrix = identity(5);
        for (let k = 0; k < 10; k++) {
          await using(flow.at(k / 10), async (A) => {
            const step = add(identity(5), scale(subtract(await A.toMatrix(), identity(5)), 0.1 / (1 - k / 10)));
            product = multiply(product, step); // the earlier on the left
          });
        }
        return toRows(multiply(fromRows([[1, 2, 3, 4, 5]]), transpose(product)))[0]!;
      })();
      expect(distance(await atOnce(flow, { steps: 10 }), wrong)).toBeGreaterThan(0.01);
    }));

  test('rk4 is of fourth order, Euler of first: half the step, a sixteenth and a half of the error', () =>
    using(flowOf(), async (flow) => {
      slowDown(flow); // A_t of a fresh network turns a hundred times between 0 and 1
      const exact = await atOnce(flow, { steps: 256, until: 0.5, method: 'rk4' });
      const error = async (steps: number, method: 'euler' | 'rk4') =>
        distance(await stepwise(flow, { steps, until: 0.5, method }), exact);
      const order = async (steps: number, method: 'euler' | 'rk4') =>
        Math.log2((await error(steps, method)) / (await error(2 * steps, method)));
      expect(await order(16, 'euler')).toBeCloseTo(1, 0);
      expect(await order(2, 'rk4')).toBeGreaterThan(3.3);
      expect(distance(await atOnce(flow, { steps: 4, until: 0.5, method: 'rk4' }), exact)).toBeLessThan(1e-4);
    }));

  test.each([1, 10, 300])('the rank of %d collapsed steps stays at most the dimension', (steps) =>
    using(flowOf(), async (flow) => {
      const before = tf.memory().numTensors;
      const whole = await flow.collapse({ steps });
      expect(tf.memory().numTensors).toBe(before + 3);
      expect(whole.U.shape[1]).toBe(Math.min(2 * steps, 5));
      expect(whole.V.shape).toEqual(whole.U.shape);
      expect((await whole.toMatrix()).data.every(Number.isFinite)).toBe(true);
      whole.dispose();
    }),
  );

  test('a capped rank gives the nearest operator of that rank beside the shift: the rest is the next singular values', () =>
    using(flowOf(), async (flow) => {
      const [whole, capped] = [
        await flow.collapse({ steps: 19, until: 0.95 }),
        await flow.collapse({ steps: 19, until: 0.95, rank: 3 }),
      ];
      expect(capped.U.shape).toEqual([5, 3]);
      const [full, low] = [await whole.toMatrix(), await capped.toMatrix()];
      const [c] = await whole.shift.data();
      const { s } = svd(subtract(full, scale(identity(5), c!)));
      expect(Math.sqrt(squareSum(subtract(full, low)))).toBeCloseTo(Math.hypot(s[3]!, s[4]!), 4);
      [whole, capped].forEach((operator) => operator.dispose());
    }));

  test('refuses no steps, an end beyond 1 and a rank of 0', () =>
    using(flowOf(), async (flow) => {
      await expect(flow.collapse({ steps: 0 })).rejects.toThrow(/steps is 0/);
      await expect(flow.collapse({ steps: 2, until: 1.1 })).rejects.toThrow(/until is 1.1/);
      await expect(flow.collapse({ steps: 2, rank: 0 })).rejects.toThrow(OperatorError);
    }));

  /** Keeps of the time features only the slow ones, so that A_t is smooth. */
  function slowDown({ left, right }: TimeDependentLowRankOperator): void {
    tf.tidy(() => {
      const slow = tf.tensor2d(Array.from({ length: 128 }, (_, i) => [i % 64 < 48 ? 0 : 1]));
      for (const { kernels } of [left, right]) kernels[0]!.assign(tf.mul(kernels[0]!, slow));
    });
  }

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

describe('a convolution operator', () => {
  test('starts as the identity, whatever its kernel’s side', () =>
    using(new ConvolutionOperator({ imageShape: [2, 3, 2], kernelSize: 5 }), async (operator) =>
      expect(await operator.toMatrix()).toEqual(identity(12)),
    ));

  test('maps images to images of the same sides and its own number of channels', () =>
    using(new ConvolutionOperator({ imageShape: [4, 5, 2], outputChannels: 3 }), ({ kernel, ...operator }) => {
      expect(operator.inputDim).toBe(40);
      expect(operator.outputDim).toBe(60);
      expect(kernel.shape).toEqual([3, 3, 2, 3]);
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
    [
      'an image without channels',
      () => new ConvolutionOperator({ imageShape: [4, 4] as never, outputChannels: 1 }),
      /imageShape is \[4, 4\]; expected \[height, width, channels\]/,
    ],
    ['an even kernel', () => new ConvolutionOperator({ imageShape: [4, 4, 1], kernelSize: 2 }), /kernelSize is 2/],
    ['no reflections', () => new OrthogonalOperator({ dim: 2, reflections: 0 }), /reflections is 0/],
    [
      'factors of different shapes',
      () => withTensors((U, V) => new ShiftedLowRankOperator({ shift: 1, U, V })),
      /U is \[3, 1\] and V \[2, 1\]/,
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
