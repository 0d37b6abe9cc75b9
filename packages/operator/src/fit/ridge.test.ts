import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { uniform } from '../../test/operators.js';
import { OperatorError } from '../errors.js';
import { add, scale, squareSum, subtract } from '../linear-algebra/matrix/arithmetic.js';
import { largestEntry } from '../linear-algebra/matrix/checks.js';
import { fromRows, transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';
import { fitDense } from './closed-forms.js';
import { fitOperator, type FitForms, type FitOperatorOptions } from './fit-operator.js';
import { gatherLatents, type LatentMoments } from './latent-moments.js';
import type { RidgeOptions } from './ridge.js';

interface Case {
  name: string;
  ridge: number;
  rank: number;
  x: number[][];
  y: number[][];
  towards: number[][];
  matrix: number[][];
  residual: number;
  lowRank?: number[][];
  rankErrors?: number[];
}

const { priors } = JSON.parse(readFileSync(new URL('../../test/reference/fit.json', import.meta.url), 'utf8')) as {
  priors: Case[];
};

expectNoLeaks();

function expectMatrix(matrix: Matrix, expected: Matrix, relative: number): void {
  expect(largestEntry(subtract(matrix, expected))).toBeLessThanOrEqual(relative * (largestEntry(expected) || 1));
}

/** Fits and disposes the operator; what is read of the result is its numbers. */
async function fitted<F extends keyof FitForms = 'dense'>(x: Matrix, y: Matrix, options: FitOperatorOptions<F>) {
  const fit = await fitOperator([{ x, y }], options);
  fit.operator.dispose();
  return fit;
}

function denseFit(moments: LatentMoments, options: RidgeOptions): Matrix {
  const { operator, matrix } = fitDense(moments, options);
  operator.dispose();
  return matrix;
}

describe.each(priors)('towards a given operator, the case "$name", against numpy', ({ ridge, rank, ...reference }) => {
  const [x, y, towards] = [reference.x, reference.y, reference.towards].map(fromRows) as [Matrix, Matrix, Matrix];

  test.each(['qr', 'normal-equations'] as const)('the fit is the least squares of x over √λ I (%s)', async (method) => {
    const { matrix, residual } = await fitted(x, y, { ridge, towards, method });
    expectMatrix(matrix, fromRows(reference.matrix), 1e-10);
    expect(Math.abs(residual - reference.residual)).toBeLessThan(1e-10 * (1 + reference.residual));
  });

  test.skipIf(!reference.lowRank)('the best operator of a rank, and the least objective of every rank', async () => {
    const { matrix, rankErrors } = await fitted(x, y, { form: 'low-rank', rank, ridge, towards, method: 'qr' });
    expectMatrix(matrix, fromRows(reference.lowRank!), 1e-10);
    reference.rankErrors!.forEach((error, k) =>
      expect(Math.abs(rankErrors[k]! - error)).toBeLessThan(1e-10 * (1 + reference.rankErrors![0]!)),
    );
  });
});

const shapes = fc.record({
  n: fc.integer({ min: 1, max: 6 }),
  m: fc.integer({ min: 1, max: 6 }),
  rows: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(),
});

async function problem({ n, m, rows, seed }: { n: number; m: number; rows: number; seed: number }) {
  const next = uniform(seed);
  const random = (r: number, c: number): Matrix => ({
    rows: r,
    cols: c,
    data: Float64Array.from({ length: r * c }, next),
  });
  const [x, y, towards] = [random(rows, n), random(rows, m), random(m, n)];
  return { x, y, towards, moments: await gatherLatents([{ x, y }]) };
}

const holds = (law: (given: Awaited<ReturnType<typeof problem>>) => void | Promise<void>) =>
  fc.assert(
    fc.asyncProperty(shapes, async (shape) => law(await problem(shape))),
    { numRuns: 60 },
  );

describe('a ridge towards A₀', () => {
  test('has a gradient of zero: (A Z_x − Z_y)ᵀ Z_x + λ (A − A₀) = 0', () =>
    holds(({ x, y, towards, moments }) => {
      const A = denseFit(moments, { ridge: 0.5, towards });
      const ofFit = multiply(transpose(subtract(multiply(x, transpose(A)), y)), x);
      const gradient = add(ofFit, scale(subtract(A, towards), 0.5));
      expect(largestEntry(gradient)).toBeLessThan(1e-11 * (1 + largestEntry(A)) * x.rows);
    }));

  test('is A₀ itself for λ → ∞, which it nears as 1/λ', () =>
    holds(({ x, y, towards, moments }) => {
      const miss = multiply(transpose(subtract(y, multiply(x, transpose(towards)))), x); // λ (A − A₀) for λ → ∞
      for (const ridge of [1e8, 1e12]) {
        const away = scale(subtract(denseFit(moments, { ridge, towards }), towards), ridge);
        const rounding = ridge * 2 ** -52 * (1 + largestEntry(towards));
        expect(largestEntry(subtract(away, miss))).toBeLessThan(1e-5 * (1 + largestEntry(miss)) + rounding);
      }
    }));

  test('is A₀ itself where A₀ maps x to y already, whatever λ', () =>
    holds(async ({ x, towards }) => {
      const moments = await gatherLatents([{ x, y: multiply(x, transpose(towards)) }]);
      for (const ridge of [0, 1, 1e6]) expectMatrix(denseFit(moments, { ridge, towards }), towards, 1e-8);
    }));

  test('is the plain fit for λ = 0, and of the many that few rows allow, the one nearest to A₀', () =>
    holds(({ x, towards, moments }) => {
      const [plain, near] = [denseFit(moments, {}), denseFit(moments, { towards })];
      const allowed = multiply(x, transpose(subtract(near, plain))); // both map x alike
      expect(largestEntry(allowed)).toBeLessThan(1e-8 * (1 + largestEntry(near)));
      const distance = (A: Matrix) => squareSum(subtract(A, towards));
      expect(distance(near)).toBeLessThanOrEqual(distance(plain) * (1 + 1e-9) + 1e-12);
    }));

  test('towards zero is the ridge without a prior', () =>
    holds(({ towards, moments }) => {
      const zero = scale(towards, 0);
      expectMatrix(denseFit(moments, { ridge: 0.3, towards: zero }), denseFit(moments, { ridge: 0.3 }), 1e-14);
    }));

  test.each<[string, FitOperatorOptions<keyof FitForms>, RegExp]>([
    [
      'of another size',
      { towards: fromRows([[1], [2]]) },
      /towards is 2×1; latents of 2 numbers mapped to 1 take a 1×2/,
    ],
    ['that is not finite', { towards: fromRows([[1, NaN]]) }, /towards holds a value that is not finite/],
    ['for an orthogonal operator', { form: 'orthogonal', towards: fromRows([[1, 2]]) }, /expected form dense or low-r/],
    ['for a projector', { form: 'projector', towards: fromRows([[1, 2]]) }, /expected form dense or low-rank/],
  ])('%s is refused', async (_, options, message) => {
    const failure = fitOperator([{ x: fromRows([[1, 2]]), y: fromRows([[3]]) }], options);
    await expect(failure).rejects.toThrow(OperatorError);
    await expect(failure).rejects.toThrow(message);
  });
});
