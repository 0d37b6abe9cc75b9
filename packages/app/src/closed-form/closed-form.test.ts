import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { VectorFlow } from '@lin/invertible';
import { coreOf, product, toyRun, unit, type ToyImage } from '../../test/toy-run.js';
import { latentsOf } from '../latents/latents.js';
import { closedFormsOf, cosinesWith } from './closed-form.js';
import { onUnseenPeople, describeGain } from './on-unseen-people.js';

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
    const { at, images: count, rankErrors } = await closedFormsOf(run, training, matrixOf(B));
    const { matrix, r2 } = at(0);
    expect(tf.memory().numTensors).toBe(before);
    matrix.data.forEach((value, i) => expect(value).toBeCloseTo(B.flat()[i]!, 4));
    expect(count).toBe(24);
    expect(r2).toBeCloseTo(1, 6);
    expect(rankErrors).toHaveLength(4);
    expect(rankErrors[0]).toBe(1);
    expect(rankErrors[3]).toBeLessThan(1e-6);
    for (const cosine of await cosinesWith(run, training, matrix)) expect(cosine).toBeCloseTo(1, 6);
  });

  test('of one direction leaves nothing from rank one on', async () => {
    const run = toyRun({ images: images(12, ([a]) => [a!, 2 * a!]), heldOut: [], A: B.slice(0, 2) });
    const one = [
      [1, 0, 0],
      [2, 0, 0],
    ];
    const { rankErrors } = await closedFormsOf(run, await latentsOf(run, keysOf(12)), matrixOf(one));
    expect(rankErrors[1]).toBeLessThan(1e-10);
  });

  test.each([0, 1e-2, 10])(
    'with a ridge of %d is that of the normal equations, towards A as trained',
    async (share) => {
      const [A, made] = [B.slice(0, 2), noisy(0.5)];
      const run = toyRun({ images: made, heldOut: [], A });
      const { matrix } = (await closedFormsOf(run, await latentsOf(run, keysOf(66)), matrixOf(A))).at(share);
      byHand(made, A, share).forEach((row, k) =>
        row.forEach((value, j) => expect(matrix.data[3 * k + j]).toBeCloseTo(value, 5)),
      );
    },
  );

  test('with a ridge without end is A as trained', async () => {
    const A = B.slice(0, 2);
    const run = toyRun({ images: noisy(3), heldOut: [], A });
    const { matrix } = (await closedFormsOf(run, await latentsOf(run, keysOf(66)), matrixOf(A))).at(1e12);
    matrix.data.forEach((value, i) => expect(value).toBeCloseTo(A.flat()[i]!, 9));
  });
});

/** Targets of the first two rows of B, with noise. */
const noisy = (noise: number) =>
  images(66, (core, i) =>
    product(B.slice(0, 2), core).map((value, k) => value + noise * Math.sin(97 * i * i + 31 * k)),
  );

/** x = z/‖Az‖ and y = t, since g_y is the identity: (XᵀX + λ I) Aᵀ = XᵀY + λ A₀ᵀ, λ a share of the mean eigenvalue. */
function byHand(of: readonly ToyImage[], A0: readonly number[][], share: number): number[][] {
  const rows = of.map((image) => {
    const length = Math.hypot(...product(A0, coreOf(image)));
    return { x: coreOf(image).map((value) => value / length), y: unit(image.target) };
  });
  const gram = [0, 1, 2].map((i) => [0, 1, 2].map((j) => rows.reduce((sum, { x }) => sum + x[i]! * x[j]!, 0)));
  const lambda = (share * (gram[0]![0]! + gram[1]![1]! + gram[2]![2]!)) / 3;
  const damped = gram.map((row, i) => row.map((value, j) => value + (i === j ? lambda : 0)));
  return [0, 1].map((k) => {
    const right = [0, 1, 2].map((i) => rows.reduce((sum, { x, y }) => sum + x[i]! * y[k]!, 0) + lambda * A0[k]![i]!);
    return solve3(damped, right);
  });
}

const cosineBy = (A: number[][], image: ToyImage) => dot(unit(product(A, coreOf(image))), unit(image.target));

describe('on people that g_x was not trained on', () => {
  const ridges = [0, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];
  const meanBy = (A: number[][], of: readonly ToyImage[]) =>
    of.reduce((sum, image) => sum + cosineBy(A, image), 0) / of.length;

  async function compared(made: ToyImage[], A: number[][], people: { heldOut: number[]; validation?: number[] }) {
    const run = toyRun({ images: made, A, ...people });
    const { train, validation, test } = run.dataset.split;
    const latents = {
      validation: validation.length > 0 ? await latentsOf(run, validation) : undefined,
      heldOut: await latentsOf(run, test),
    };
    const forms = await closedFormsOf(run, await latentsOf(run, train), matrixOf(A));
    return onUnseenPeople(run, forms, matrixOf(A), latents);
  }

  /** Wrong by less than a ridge can mend. */
  const trained = [
    [2.2, 0.3, 0.2],
    [0.1, 0.8, -1.1],
  ];

  test.each([0, 0.5, 3])(
    'validation identities choose the ridge, the held-out ones tell, at noise of %d',
    async (noise) => {
      const made = noisy(noise);
      const [validation, heldOut] = [
        [3, 7, 11, 12],
        [2, 5, 14, 20],
      ];
      const { ridge, chosenOn, ridges: tried, ...result } = await compared(made, trained, { validation, heldOut });
      const training = made.filter(({ label }) => !validation.includes(label) && !heldOut.includes(label));
      const of = (labels: number[]) => made.filter(({ label }) => labels.includes(label));
      const expected = ridges.map((share) => meanBy(byHand(training, trained, share), of(validation)));
      expect(chosenOn).toBe('validation');
      expect(tried.map((point) => point.ridge)).toEqual(ridges);
      tried.forEach(({ cosine }, i) => expect(cosine).toBeCloseTo(expected[i]!, 5));
      expect(expected[ridges.indexOf(ridge)]).toBeCloseTo(Math.max(...expected), 5);
      expect(result.heldOut.images).toBe(12);
      expect(result.heldOut.trained).toBeCloseTo(meanBy(trained, of(heldOut)), 5);
      expect(result.heldOut.closedForm).toBeCloseTo(meanBy(byHand(training, trained, ridge), of(heldOut)), 5);
    },
  );

  test('without validation identities each half of the held-out ones chooses for the other', async () => {
    const [made, heldOut] = [noisy(0.5), [2, 5, 14, 20]];
    const result = await compared(made, trained, { heldOut });
    const training = made.filter(({ label }) => !heldOut.includes(label));
    const halves = [
      [2, 14],
      [5, 20],
    ].map((labels) => made.filter(({ label }) => labels.includes(label)));
    const byRidge = ridges.map((share) => byHand(training, trained, share));
    const bestOn = (of: ToyImage[]) => byRidge.reduce((a, b) => (meanBy(b, of) > meanBy(a, of) ? b : a));
    expect(result.chosenOn).toBe('held-out');
    const [first, second] = [meanBy(bestOn(halves[1]!), halves[0]!), meanBy(bestOn(halves[0]!), halves[1]!)];
    expect(result.heldOut.closedForm).toBeCloseTo((first + second) / 2, 5);
  });

  test('an operator that training left wrong is made better, and that is said', async () => {
    const { gain, heldOut } = await compared(noisy(0), trained, { heldOut: [2, 5, 14, 20], validation: [3, 7] });
    expect(heldOut.closedForm).toBeGreaterThan(0.99);
    expect(gain.verdict).toBe('better');
    expect(gain.mean).toBeCloseTo(heldOut.closedForm - heldOut.trained, 9);
    expect(describeGain(gain)).toMatch(/^\+0\.\d{4} ± 0\.\d{4}: better on people/);
  });

  test('one that was right, fitted to targets that mislead, loses, and that is said', async () => {
    const A = B.slice(0, 2);
    const unseen = [2, 5, 14, 20, 3, 7];
    const misled = noisy(3); // those that it is fitted to
    const right = noisy(0);
    const made = misled.map((image, i) => (unseen.includes(image.label) ? right[i]! : image));
    const { gain, ridge, heldOut } = await compared(made, A, { heldOut: unseen });
    expect(ridge).toBe(100); // as near to A as the grid goes
    expect(heldOut.trained).toBeCloseTo(1, 5);
    expect(heldOut.closedForm).toBeLessThan(heldOut.trained);
    expect(gain.verdict).toBe('worse');
    expect(describeGain(gain)).toMatch(/^−0\.\d{4} ± 0\.\d{4}: worse than A as trained, which is to be kept/);
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

test('cosines are those of f with another A in place of its own', async () => {
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
  const found = await cosinesWith(run, latents, matrixOf(A));
  cosines.forEach((cosine, i) => expect(found[i]).toBeCloseTo(cosine, 5));
});
