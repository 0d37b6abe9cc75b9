import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import {
  DivergedError,
  ElementwiseAffine,
  fit,
  Flow,
  likelihoodStep,
  negativeLogLikelihood,
  realNVP,
  ShapeError,
  type FitOptions,
  type LabelledBatch,
} from '../index.js';

const scaling = () => new Flow({ transform: new ElementwiseAffine({ shape: [2], maxLogScale: 5 }) });

async function lossesOf(flow: Flow, options: FitOptions): Promise<number[]> {
  const losses: number[] = [];
  for await (const loss of fit(flow, options)) losses.push(loss);
  return losses;
}

describe.each(backends)('a fit on %s', (backend) => {
  useBackend(backend);

  test('finds the mean and deviation of normal data: the loss ends at their entropy', async () => {
    const flow = scaling();
    const data = tf.tidy(() => tf.add(tf.mul(normal([2000, 2], 1), [0.5, 2]), [3, -1]));
    const optimizer = tf.train.adam(0.05);
    const losses = await lossesOf(flow, {
      data,
      steps: 350,
      batchSize: 500,
      step: likelihoodStep(flow, { optimizer }),
    });
    expect(losses).toHaveLength(350);
    const entropy = Math.log(2 * Math.PI * Math.E) + Math.log(0.5 * 2);
    const mean = losses.slice(-20).reduce((sum, loss) => sum + loss) / 20;
    expect(Math.abs(mean - entropy)).toBeLessThan(0.06); // 2,000 samples know it to 0.03
    data.dispose();
    optimizer.dispose();
    flow.dispose();
  });

  test('of a conditional flow learns what the context says', async () => {
    const flow = new Flow({
      transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 16, contextDim: 1, maxLogScale: 2 }),
    });
    const context = tf.tidy(() => tf.sign(normal([1000, 1], 2)));
    const data = tf.tidy(() => tf.add(tf.mul(normal([1000, 2], 3), 0.3), tf.mul(context, 2))); // at [2, 2] or [−2, −2]
    const optimizer = tf.train.adam(0.015);
    await lossesOf(flow, {
      data,
      context,
      steps: 100,
      batchSize: 200,
      step: likelihoodStep(flow, { optimizer, maxGradientNorm: 5 }),
    });
    tf.tidy(() => {
      const drawn = flow.sample({
        count: 400,
        seed: 1,
        context: tf.concat([tf.ones([200, 1]), tf.fill([200, 1], -1)]),
      });
      const [up, down] = tf.split(drawn, 2).map((half) => tf.mean(half).dataSync()[0]!);
      expect(Math.abs(up! - 2)).toBeLessThan(0.3);
      expect(Math.abs(down! + 2)).toBeLessThan(0.3);
    });
    tf.dispose([data, context]);
    optimizer.dispose();
    flow.dispose();
  });
});

describe('a fit', () => {
  useBackend('cpu');

  test(
    'shows every sample once an epoch, with its own context, in another order each epoch and the same order for ' +
      'the same seed',
    async () => {
      const flow = new Flow({ transform: realNVP({ dim: 2, numBlocks: 1, hiddenDim: 4, contextDim: 1 }) });
      const data = tf.tensor2d(Array.from({ length: 6 }, (_, i) => [i, i]));
      const context = tf.tensor2d(Array.from({ length: 6 }, (_, i) => [10 * i]));
      const orderOf = async (seed: number) => {
        const seen: number[] = [];
        const step = async ({ x, context }: LabelledBatch) => {
          expect(tf.tidy(() => Array.from(tf.sub(tf.mul(x.slice([0, 0], [-1, 1]), 10), context!).dataSync()))).toEqual([
            0, 0,
          ]);
          seen.push(...(x.arraySync() as number[][]).map(([i]) => i!));
          return 0;
        };
        await lossesOf(flow, { data, context, steps: 6, batchSize: 2, seed, step });
        return seen;
      };
      const seen = await orderOf(1);
      const [first, second] = [seen.slice(0, 6), seen.slice(6)];
      expect([first, second].map((epoch) => epoch.toSorted())).toEqual(Array(2).fill([0, 1, 2, 3, 4, 5]));
      expect(first).not.toEqual(second);
      expect(await orderOf(1)).toEqual(seen);
      expect(await orderOf(2)).not.toEqual(seen);
      tf.dispose([data, context]);
      flow.dispose();
    },
  );

  test('can be left early, and leaves no tensor behind', async () => {
    const flow = scaling();
    const data = normal([100, 2], 1);
    let steps = 0;
    for await (const loss of fit(flow, { data, steps: 100, batchSize: 10 })) {
      expect(Number.isFinite(loss)).toBe(true);
      if (++steps === 3) break;
    }
    expect(steps).toBe(3);
    data.dispose();
    flow.dispose();
  });

  test('stops at a loss that is not finite, and leaves the parameters as they were', async () => {
    const flow = scaling();
    const transform = flow.transform as ElementwiseAffine;
    const data = tf.tensor2d([
      [1, 2],
      [NaN, 4],
    ]);
    await expect(lossesOf(flow, { data, steps: 1, batchSize: 2 })).rejects.toThrow(DivergedError);
    await expect(lossesOf(flow, { data, steps: 1, batchSize: 2 })).rejects.toThrow(
      'the loss is NaN; expected a finite number',
    );
    expect([...transform.shift.dataSync(), ...transform.logScale.dataSync()]).toEqual([0, 0, 0, 0]);
    data.dispose();
    flow.dispose();
  });

  test('takes its first step down the gradient of the loss, no longer than maxGradientNorm', async () => {
    const flow = scaling();
    const { shift } = flow.transform as ElementwiseAffine;
    const x = tf.tensor2d([[30, 40]]);
    const before = tf.tidy(() => negativeLogLikelihood(flow, { x }).dataSync()[0]!);
    expect(before).toBeCloseTo((30 ** 2 + 40 ** 2) / 2 + Math.log(2 * Math.PI), 2);
    const optimizer = tf.train.sgd(1);
    expect(await likelihoodStep(flow, { optimizer, maxGradientNorm: 0.1 })({ x })).toBeCloseTo(before, 3);
    const moved = [...shift.dataSync(), ...(flow.transform as ElementwiseAffine).logScale.dataSync()];
    expect(Math.hypot(...moved)).toBeCloseTo(0.1, 5);
    expect(moved[1]! / moved[0]!).toBeCloseTo(40 / 30, 4); // ∂/∂t ½|x + t|² = x
    x.dispose();
    optimizer.dispose();
    flow.dispose();
  });

  test.each<[string, Partial<FitOptions>, new (...args: never[]) => Error, string]>([
    [
      'more in a batch than there are',
      { batchSize: 11 },
      RangeError,
      'batchSize is 11: expected at most the number of samples, 10',
    ],
    ['half a step', { steps: 0.5 }, RangeError, 'steps is 0.5'],
    ['an empty batch', { batchSize: 0 }, RangeError, 'batchSize is 0'],
  ])('refuses %s', async (_, options, type, message) => {
    const flow = scaling();
    const data = normal([10, 2], 1);
    await expect(lossesOf(flow, { data, steps: 1, ...options })).rejects.toThrow(type);
    await expect(lossesOf(flow, { data, steps: 1, ...options })).rejects.toThrow(message);
    data.dispose();
    flow.dispose();
  });

  test('refuses data of another shape', async () => {
    const flow = scaling();
    const data = normal([10, 3], 1);
    await expect(lossesOf(flow, { data, steps: 1, batchSize: 2 })).rejects.toThrow(ShapeError);
    await expect(lossesOf(flow, { data, steps: 1, batchSize: 2 })).rejects.toThrow(
      'fit: expected a batch of shape [B, 2], but got [10, 3]',
    );
    data.dispose();
    flow.dispose();
  });
});
