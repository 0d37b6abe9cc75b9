import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { uniform } from '../../test/operators.js';
import { OperatorError } from '../errors.js';
import { add, scale, squareSum, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { largestEntry } from '../linear-algebra/matrix/checks.js';
import { fromRows, identity, toRows, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import type { OperatorFit } from './closed-forms.js';
import { fitOperator, type FitForms, type FitOperatorOptions } from './fit-operator.js';
import type { LatentBatch } from './latent-blocks.js';
import { gatherLatents } from './latent-moments.js';

interface Case {
  name: string;
  ridge: number;
  rank: number;
  x: number[][];
  y: number[][];
  matrix: number[][];
  residual: number;
  r2: number;
  condition: number | null;
  rankErrors?: number[];
  lowRank?: number[][];
  lowRankResidual?: number;
  orthogonal?: number[][];
  orthogonalResidual?: number;
}

const { cases } = JSON.parse(readFileSync(new URL('../../test/reference/fit.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

expectNoLeaks();

function expectMatrix(matrix: Matrix, expected: readonly number[][], relative: number): void {
  const reference = fromRows(expected);
  expect(largestEntry(subtract(matrix, reference))).toBeLessThan(relative * largestEntry(reference));
}

function expectNear(value: number, expected: number, relative: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

/** Fits and disposes the operator; what is read of the result is its numbers. */
async function fitted<F extends keyof FitForms = 'dense'>(
  batches: Iterable<LatentBatch>,
  options: FitOperatorOptions<F> = {},
): Promise<OperatorFit<FitForms[F]>> {
  const fit = await fitOperator(batches, options);
  fit.operator.dispose();
  return fit;
}

const batch = (x: readonly number[][], y: readonly number[][]): LatentBatch => ({ x: fromRows(x), y: fromRows(y) });

function* batchesOf(x: readonly number[][], y: readonly number[][], size: number): Generator<LatentBatch> {
  for (let start = 0; start < x.length; start += size)
    yield batch(x.slice(start, start + size), y.slice(start, start + size));
}

describe.each(cases)('latents of the case "$name", against numpy', ({ x, y, ridge, rank, ...reference }) => {
  const condition = reference.condition ?? 1;
  const tall = x.length >= x[0]!.length;

  test('QR gives numpy.linalg.lstsq to 1e-10, or its condition number times rounding', async () => {
    const fit = await fitted([batch(x, y)], { ridge, method: 'qr' });
    expectMatrix(fit.matrix, reference.matrix, Math.max(1e-10, 100 * condition * Number.EPSILON));
    expectNear(fit.residual, reference.residual, tall ? 1e-10 : Infinity); // fewer rows than coordinates are met exactly
    expect(fit.r2).toBeCloseTo(reference.r2, 10);
    expect(fit.method).toBe('qr');
    if (!ridge && tall) expectNear(fit.condition, condition, 1e-6 + condition * 1e-15);
  });

  test.skipIf(condition > 1e3 || !tall)(
    'normal equations give the same to 1e-10 up to a condition number of 1e3',
    async () => {
      const fit = await fitted([batch(x, y)], { ridge, method: 'normal-equations' });
      expectMatrix(fit.matrix, reference.matrix, 1e-10);
      expectNear(fit.residual, reference.residual, 1e-10);
      expect(fit.method).toBe('normal-equations');
    },
  );

  test.skipIf(!reference.lowRank)(
    'the best operator of a rank is that of reduced-rank regression, and its error, for every rank',
    async () => {
      const fit = await fitted([batch(x, y)], { form: 'low-rank', rank, method: 'qr' });
      expectMatrix(fit.matrix, reference.lowRank!, Math.max(1e-10, 100 * condition * Number.EPSILON));
      expect(Math.abs(fit.residual - reference.lowRankResidual!)).toBeLessThan(
        1e-10 * (1 + reference.lowRankResidual!),
      );
      reference.rankErrors!.forEach((error, k) =>
        expect(Math.abs(fit.rankErrors[k]! - error)).toBeLessThan(1e-10 * (1 + reference.rankErrors![0]!)),
      );
      expect(fit.rankErrors).toHaveLength(Math.min(x[0]!.length, y[0]!.length) + 1);
      expect(Math.abs(fit.rankErrors[rank]! - fit.residual)).toBeLessThan(1e-10 * (1 + reference.rankErrors![0]!));
    },
  );

  test.skipIf(!reference.orthogonal)("the best orthogonal operator is scipy's orthogonal_procrustes", async () => {
    const fit = await fitted([batch(x, y)], { form: 'orthogonal' });
    expectMatrix(fit.matrix, reference.orthogonal!, 1e-10);
    expectNear(fit.residual, reference.orthogonalResidual!, 1e-10);
  });
});

/** Random latents of a seed: x, y = x Aᵀ + noise. */
function latents(rows: number, n: number, m: number, seed: number, noise = 0.1) {
  const next = uniform(seed);
  const random = (r: number, c: number): Matrix => ({
    rows: r,
    cols: c,
    data: Float64Array.from({ length: r * c }, next),
  });
  const [X, A] = [random(rows, n), random(m, n)];
  return { X, A, Y: add(multiply(X, transpose(A)), scale(random(rows, m), noise)), random };
}

describe('one pass over a stream', () => {
  test.each(['qr', 'normal-equations'] as const)(
    'gives the same for batches of any sizes, blocks filled or not (%s)',
    async (method) => {
      const { X, Y } = latents(2500, 3, 2, 11);
      const whole = await fitted([{ x: X, y: Y }], { method });
      for (const size of [1, 7, 1024, 1025]) {
        const fit = await fitted(batchesOf(toRows(X), toRows(Y), size), { method });
        expectMatrix(fit.matrix, toRows(whole.matrix), 1e-12);
        expectNear(fit.residual, whole.residual, 1e-10);
        expect(fit.rows).toBe(2500);
      }
    },
  );

  test('holds no more for more rows: a batch is let go before the next is asked for', async () => {
    const before = tf.memory().numTensors;
    let held = 0;
    async function* stream() {
      for (let i = 0; i < 40; i++) {
        const [x, y] = [
          tf.randomNormal<tf.Rank.R2>([500, 4], 0, 1, 'float32', i + 1),
          tf.randomNormal<tf.Rank.R2>([500, 3], 0, 1, 'float32', i + 99),
        ];
        yield { x, y };
        tf.dispose([x, y]);
        held = Math.max(held, tf.memory().numTensors - before);
      }
    }
    const { operator, rows } = await fitOperator(stream());
    operator.dispose();
    expect(rows).toBe(20_000);
    expect(held).toBe(0);
  });

  test('takes tensors as it takes matrices: what a known operator maps is found again to float32', async () => {
    const A = [
      [1, -2, 0.5],
      [0, 3, 1],
    ];
    const x = tf.randomNormal<tf.Rank.R2>([200, 3], 0, 1, 'float32', 3);
    const y = tf.tidy(() => tf.matMul<tf.Tensor2D>(x, tf.tensor2d(A), false, true));
    const { operator, matrix, r2 } = await fitOperator([{ x, y }]);
    expectMatrix(matrix, A, 1e-6);
    expectMatrix(await operator.toMatrix(), A, 1e-6);
    expect(r2).toBeCloseTo(1, 10);
    operator.dispose();
    tf.dispose([x, y]);
  });

  test('chooses QR where the first rows are ill-conditioned or few, normal equations else, and says so', async () => {
    const { X, Y } = latents(3000, 4, 2, 5);
    expect((await fitted([{ x: X, y: Y }])).method).toBe('normal-equations');
    const steep: Matrix = { ...X, data: X.data.map((value, k) => value * 100 ** -(k % 4)) }; // condition of about 1e6
    expect((await fitted([{ x: steep, y: Y }])).method).toBe('qr');
    expect((await fitted([{ x: fromRows(toRows(X).slice(0, 5)), y: fromRows(toRows(Y).slice(0, 5)) }])).method).toBe(
      'qr',
    );
  });
});

describe('the fit', () => {
  const shapes = fc.record({
    n: fc.integer({ min: 1, max: 6 }),
    m: fc.integer({ min: 1, max: 6 }),
    rows: fc.integer({ min: 1, max: 30 }),
    seed: fc.nat(),
  });

  test('has residuals orthogonal to x, as the normal equations say, ridge on: (A Z_x − Z_y)ᵀ Z_x + λ A = 0', () =>
    fc.assert(
      fc.asyncProperty(shapes, fc.constantFrom(0, 0.5), async ({ n, m, rows, seed }, ridge) => {
        const { X, Y } = latents(rows, n, m, seed);
        const { matrix } = await fitted([{ x: X, y: Y }], { ridge });
        const gradient = add(multiply(transpose(subtract(multiply(X, transpose(matrix)), Y)), X), scale(matrix, ridge));
        expect(largestEntry(gradient)).toBeLessThan(1e-11 * (1 + largestEntry(matrix)) * rows);
      }),
      { numRuns: 60 },
    ));

  test('reports the residual that its matrix leaves, of every form, and its r2', () =>
    fc.assert(
      fc.asyncProperty(shapes, async ({ n, rows, seed }) => {
        const { X, Y } = latents(rows, n, n, seed);
        for (const options of [
          {},
          { form: 'low-rank', rank: 1 },
          { form: 'orthogonal' },
          { form: 'projector', rank: 1 },
        ] as FitOperatorOptions<keyof FitForms>[]) {
          const { matrix, residual } = await fitted([{ x: X, y: Y }], options);
          const squares = squareSum(subtract(multiply(X, transpose(matrix)), Y));
          expect(Math.abs(residual - squares)).toBeLessThan(1e-10 * (squareSum(Y) + squareSum(X)));
        }
      }),
      { numRuns: 40 },
    ));

  test('of rank k is no worse than any other operator of rank k that is tried', () =>
    fc.assert(
      fc.asyncProperty(shapes, async ({ n, m, rows, seed }) => {
        const { X, Y, random } = latents(rows, n, m, seed);
        const { residual, matrix } = await fitted([{ x: X, y: Y }], { form: 'low-rank', rank: 1 });
        for (let trial = 0; trial < 5; trial++) {
          const near = multiply(
            multiply(add(identity(m), scale(random(m, m), 0.05)), matrix),
            add(identity(n), scale(random(n, n), 0.05)),
          );
          expect(squareSum(subtract(multiply(X, transpose(near)), Y))).toBeGreaterThan(residual - 1e-10 * squareSum(Y));
        }
      }),
      { numRuns: 30 },
    ));

  test('finds an orthogonal operator again that made the latents, as one that stays orthogonal', async () => {
    const { X } = latents(50, 4, 4, 21);
    const Q = [
      [0, 0, 1, 0],
      [0.6, 0.8, 0, 0],
      [0, 0, 0, -1],
      [-0.8, 0.6, 0, 0],
    ];
    const { operator, matrix, r2 } = await fitOperator([{ x: X, y: multiply(X, transpose(fromRows(Q))) }], {
      form: 'orthogonal',
    });
    expectMatrix(matrix, Q, 1e-13);
    const made = await operator.toMatrix();
    expectMatrix(made, Q, 1e-6); // its normals are float32
    expect(largestEntry(subtract(multiply(made, transpose(made)), identity(4)))).toBeLessThan(1e-14);
    expect(r2).toBeCloseTo(1, 12);
    operator.dispose();
  });

  test('finds a projector again that made the latents, and its rank', async () => {
    const { X } = latents(50, 3, 3, 22);
    const P = [
      [0.5, 0.5, 0],
      [0.5, 0.5, 0],
      [0, 0, 1],
    ];
    const { operator, matrix } = await fitOperator([{ x: X, y: multiply(X, fromRows(P)) }], { form: 'projector' });
    expectMatrix(matrix, P, 1e-13);
    expect(await operator.rank()).toBe(2);
    expectMatrix(await operator.toMatrix(), P, 1e-6);
    operator.dispose();
  });

  test(
    'of a projector is the best of all coordinate projectors where x is white: ' +
      'it keeps a coordinate if that brings it nearer',
    async () => {
      const x = toRows(identity(3));
      const { matrix, residual } = await fitted(
        [
          batch(x, [
            [0.6, 0, 0],
            [0, 0.4, 0],
            [0, 0, 2],
          ]),
        ],
        { form: 'projector' },
      );
      expectMatrix(
        matrix,
        [
          [1, 0, 0],
          [0, 0, 0],
          [0, 0, 1],
        ],
        1e-14,
      );
      expect(residual).toBeCloseTo(0.4 ** 2 + 0.4 ** 2 + 1, 12);
    },
  );

  test('without full column rank is the smallest of the best, and says rank and condition', async () => {
    const { matrix, rank, condition } = await fitted([
      batch(
        [
          [1, 1],
          [2, 2],
        ],
        [[2], [4]],
      ),
    ]);
    expectMatrix(matrix, [[1, 1]], 1e-14);
    expect([rank, condition]).toEqual([1, Infinity]);
  });

  test('of x all zero is zero', async () => {
    const { matrix, rank, residual } = await fitted([
      batch(
        [
          [0, 0],
          [0, 0],
        ],
        [[1], [2]],
      ),
    ]);
    expect(toRows(matrix)).toEqual([[0, 0]]);
    expect([rank, residual]).toEqual([0, 5]);
  });

  test('may be made again in other forms from one pass', async () => {
    const { X, Y } = latents(40, 3, 3, 4);
    const moments = await gatherLatents([{ x: X, y: Y }]);
    expect(moments.rows).toBe(40);
    expect(moments.squares).toBeCloseTo(squareSum(Y), 10);
  });
});

describe('mistakes are named', () => {
  const xy = batch([[1, 2]], [[3, 4]]);
  test.each<[string, LatentBatch[], FitOperatorOptions<keyof FitForms>, RegExp]>([
    ['an empty stream', [], {}, /stream of latents is empty/],
    ['more rows of x than of y', [batch([[1], [2]], [[1]])], {}, /2 rows of x and 1 of y/],
    [
      'latents of another length in a later batch',
      [xy, batch([[1]], [[3, 4]])],
      {},
      /after row 1 has latents of 1 and 2 numbers; expected 2 and 2/,
    ],
    ['a latent that is not a number', [xy, batch([[1, NaN]], [[3, 4]])], {}, /x of row 1 holds NaN/],
    ['a target that is infinite', [batch([[1, 2]], [[-Infinity, 4]])], {}, /y of row 0 holds -Infinity/],
    ['a negative ridge', [xy], { ridge: -1 }, /ridge is -1/],
    ['a form by another name', [xy], { form: 'full' as 'dense' }, /form is full; expected one of dense, low-rank/],
    ['a method by another name', [xy], { method: 'svd' as 'qr' }, /method is svd; expected one of auto, normal/],
    ['a low rank that is not given', [xy], { form: 'low-rank' }, /has a rank; give one/],
    ['a rank above the dimensions', [xy], { form: 'low-rank', rank: 3 }, /rank is 3; expected an integer from 1 to 2/],
    ['a rank for a dense operator', [xy], { rank: 1 }, /rank of 1 was given for a dense operator/],
    [
      'an orthogonal operator between lengths',
      [batch([[1, 2]], [[3]])],
      { form: 'orthogonal' },
      /latents of 2 numbers are mapped to 1/,
    ],
    [
      'a projector that should keep nothing',
      [batch([[1, 2]], [[-1, -2]])],
      { form: 'projector' },
      /no direction of x comes nearer/,
    ],
  ])('%s', async (_, batches, options, message) => {
    const failure = fitOperator(batches, options);
    await expect(failure).rejects.toThrow(OperatorError);
    await expect(failure).rejects.toThrow(message);
  });
});
