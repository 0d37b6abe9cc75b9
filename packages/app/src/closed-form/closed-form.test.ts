import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { VectorFlow } from '@lin/invertible';
import { coreOf, product, toyRun, unit, type ToyImage } from '../../test/toy-run.js';
import { latentsOf } from '../latents/latents.js';
import { closedFormOperator, meanCosine } from './closed-form.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const matrixOf = (rows: readonly (readonly number[])[]) => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});
const B = [
  [2, 0.5, 0],
  [0, 1, -1],
  [1, 0, 1],
  [0.3, -0.4, 0.5],
];
/** Bytes of a linear congruential generator. */
const images = (count: number, targetOf: (core: number[], image: number) => number[], perIdentity = 3): ToyImage[] => {
  let state = 7;
  return Array.from({ length: count }, (_, i) => {
    const bytes = [0, 0, 0].map(() => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) >>> 24);
    return { bytes, label: Math.floor(i / perIdentity), target: targetOf(coreOf({ bytes }), i) };
  });
};
const keysOf = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);

describe('the operator in closed form', () => {
  test('is the one that made the targets, through a g_y that bends space', async () => {
    const gy = new VectorFlow({ dim: 4, numBlocks: 2, hiddenDim: 8, numLayers: 2, seed: 3 });
    const embed = (core: number[]) => tf.tidy(() => [...gy.invert(tf.tensor2d([product(B, core)])).dataSync()]);
    const run = toyRun({ images: images(24, embed), heldOut: [], A: B, gy });
    const training = await latentsOf(run, keysOf(24));
    const before = tf.memory().numTensors;
    // The lengths that B's embeddings have are those that the targets lost: B maps every pair exactly, and nothing else does.
    const { matrix, images: count, ridge, r2, rankErrors } = await closedFormOperator(run, training, matrixOf(B));
    expect(tf.memory().numTensors).toBe(before);
    matrix.data.forEach((value, i) => expect(value).toBeCloseTo(B.flat()[i]!, 4));
    expect([count, ridge]).toEqual([24, 0]); // eight identities: none is left out to choose a ridge
    expect(r2).toBeCloseTo(1, 6);
    expect(rankErrors).toHaveLength(4);
    expect(rankErrors[0]).toBe(1);
    expect(rankErrors[3]).toBeLessThan(1e-6);
    expect(await meanCosine(run, training, matrix)).toBeCloseTo(1, 6);
  });

  test('of one direction leaves nothing from rank one on', async () => {
    const run = toyRun({ images: images(12, ([a]) => [a!, 2 * a!]), heldOut: [], A: B.slice(0, 2) });
    const one = [
      [1, 0, 0],
      [2, 0, 0],
    ];
    const { rankErrors } = await closedFormOperator(run, await latentsOf(run, keysOf(12)), matrixOf(one));
    expect(rankErrors[1]).toBeLessThan(1e-10);
  });

  test.each([0, 0.5, 3])('takes the ridge that serves every tenth identity best, at noise of %d', async (noise) => {
    const A = B.slice(0, 2);
    const of = images(66, (core, i) =>
      product(A, core).map((value, k) => value + noise * Math.sin(97 * i * i + 31 * k)),
    );
    const run = toyRun({ images: of, heldOut: [], A });
    const { ridge } = await closedFormOperator(run, await latentsOf(run, keysOf(66)), matrixOf(A));

    // By hand: x = z/‖Az‖ and y = t (g_y is the identity), normal equations on the other identities, cosines on every tenth.
    const isChoosing = ({ label }: ToyImage) => label % 10 === 9;
    const rows = of
      .filter((image) => !isChoosing(image))
      .map((image) => {
        const length = Math.hypot(...product(A, coreOf(image)));
        return { x: coreOf(image).map((value) => value / length), y: unit(image.target) };
      });
    const gram = [0, 1, 2].map((i) => [0, 1, 2].map((j) => rows.reduce((sum, { x }) => sum + x[i]! * x[j]!, 0)));
    const mean = (gram[0]![0]! + gram[1]![1]! + gram[2]![2]!) / 3;
    const cosineAt = (share: number) => {
      const damped = gram.map((row, i) => row.map((value, j) => value + (i === j ? share * mean : 0)));
      const fitted = [0, 1].map((k) =>
        solve3(
          damped,
          [0, 1, 2].map((i) => rows.reduce((sum, { x, y }) => sum + x[i]! * y[k]!, 0)),
        ),
      );
      const cosines = of
        .filter(isChoosing)
        .map((image) => dot(unit(product(fitted, coreOf(image))), unit(image.target)));
      return cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
    };
    const best = [0, 1e-4, 1e-3, 1e-2, 1e-1].map((share) => ({ share, cosine: cosineAt(share) }));
    expect(cosineAt(ridge)).toBeCloseTo(Math.max(...best.map(({ cosine }) => cosine)), 6);
    if (noise === 0) expect(ridge).toBe(0);
  });
});

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const determinant = (m: number[][]) => {
  const [[a, b, c], [d, e, f], [g, h, i]] = m as [number[], number[], number[]];
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
};
/** Cramer's rule. */
const solve3 = (m: number[][], y: number[]) =>
  [0, 1, 2].map(
    (k) => determinant(m.map((row, i) => row.map((value, j) => (j === k ? y[i]! : value)))) / determinant(m),
  );

test('the mean cosine is that of f with another A in place of its own', async () => {
  const of = images(5, () => [1, 0]);
  const run = toyRun({ images: of, heldOut: [], A: B.slice(0, 2) });
  const latents = await latentsOf(run, keysOf(5));
  const A = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const cosines = of.map((image) => {
    const [x, y] = product(A, coreOf(image)) as [number, number];
    return x / Math.hypot(x, y);
  });
  expect(await meanCosine(run, latents, matrixOf(A))).toBeCloseTo(cosines.reduce((sum, value) => sum + value) / 5, 5);
});
