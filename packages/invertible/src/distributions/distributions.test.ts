import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import {
  chain,
  ConditionalNormal,
  DiagonalNormal,
  fit,
  Flow,
  NormalMixture,
  realNVP,
  ShapeError,
  Sigmoid,
  StandardNormal,
  Uniform,
  type Distribution,
} from '../index.js';

const mixture = () =>
  new NormalMixture({
    means: [
      [0, 0],
      [3, -1],
    ],
    deviations: [0.5, 1],
    weights: [1, 3],
  });

function diagonal(): DiagonalNormal {
  const base = new DiagonalNormal({ shape: [2] });
  assign(base.mean, [1, -1]);
  assign(base.logDeviation, [Math.log(0.5), Math.log(2)]);
  return base;
}

/** At one context, for all samples. */
function givenContext(): Distribution {
  const base = conditional();
  const context = (count: number) => tf.broadcastTo(tf.tensor2d([[0, 1, 0]]), [count, 3]);
  return {
    shape: [2],
    logProb: (z) => tf.tidy(() => base.logProb(z, context(z.shape[0]!))),
    sample: (options) =>
      tf.tidy(() =>
        options.count === 0 ? tf.zeros([0, 2]) : base.sample({ ...options, context: context(options.count) }),
      ),
    dispose: () => base.dispose(),
  };
}

/** By its biases N([−2, 1], [2², ½²]), whatever the context. */
function conditional(): ConditionalNormal {
  const base = new ConditionalNormal({ dim: 2, contextDim: 3, hiddenDim: 4, seed: 1 });
  assign(base.network.biases.at(-1)!, [-2, 1, Math.log(2), Math.log(0.5)]);
  return base;
}

const assign = (variable: tf.Variable, values: number[]) =>
  tf.tidy(() => void variable.assign(tf.tensor(values, variable.shape)));

const distributions: [string, () => Distribution, deviation: number[], mean: number[]][] = [
  ['a standard normal distribution', () => new StandardNormal({ shape: [2] }), [1, 1], [0, 0]],
  ['a uniform distribution', () => new Uniform({ shape: [2], low: -1, high: 5 }), [Math.sqrt(3), Math.sqrt(3)], [2, 2]],
  // Var = E σ² + Var μ; E σ² = 0.25·0.25 + 0.75·1, Var μ = ¼·¾·[9, 1]
  ['a diagonal normal distribution', diagonal, [0.5, 2], [1, -1]],
  ['a conditional normal distribution', givenContext, [2, 0.5], [-2, 1]],
  ['a mixture of normal distributions', mixture, [9, 1].map((d) => Math.sqrt(0.8125 + (3 / 16) * d)), [2.25, -0.75]],
];

const normalDensity = (x: number, mean: number, deviation: number) =>
  Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test.each(distributions)('%s has a density that integrates to 1', (_, make) => {
    const [side, step] = [400, 0.05]; // of [−10, 10]²
    tf.tidy(() => {
      const line = tf.add(tf.mul(tf.range(0, side), step), -10 + step / 2);
      const grid = tf.stack(
        [tf.tile(line, [side]), tf.reshape(tf.tile(tf.expandDims(line, 1), [1, side]), [side * side])],
        1,
      );
      const distribution = make();
      expect(tf.sum(tf.exp(distribution.logProb(grid))).dataSync()[0]! * step ** 2).toBeCloseTo(1, 3);
      distribution.dispose?.();
    });
  });

  test.each(distributions)(
    '%s draws samples of its mean and deviation, the same for the same seed',
    (_, make, deviation, mean) => {
      const distribution = make();
      tf.tidy(() => {
        const samples = distribution.sample({ count: 20_000, seed: 1 });
        expect(samples.shape).toEqual([20_000, 2]);
        const moments = tf.moments(samples, 0);
        // Five standard errors.
        moments.mean
          .dataSync()
          .forEach((value, i) =>
            expect(Math.abs(value - mean[i]!)).toBeLessThan((5 * deviation[i]!) / Math.sqrt(20_000)),
          );
        moments.variance
          .dataSync()
          .forEach((value, i) =>
            expect(Math.abs(Math.sqrt(value) - deviation[i]!)).toBeLessThan((5 * deviation[i]!) / Math.sqrt(20_000)),
          );
        const again = (seed: number) => Array.from(distribution.sample({ count: 5, seed }).dataSync());
        expect(again(0)).toEqual(again(0));
        expect(again(0)).not.toEqual(again(1));
        expect(distribution.sample({ count: 0, seed: 1 }).shape).toEqual([0, 2]);
      });
      distribution.dispose?.();
    },
  );

  test('log-densities are those of the closed forms', () => {
    const [x, y] = [0.7, -1.2];
    const at = (distribution: Distribution) =>
      tf.tidy(() => distribution.logProb(tf.tensor2d([[x, y]])).dataSync()[0]!);
    expect(at(new StandardNormal({ shape: [2] }))).toBeCloseTo(
      Math.log(normalDensity(x, 0, 1) * normalDensity(y, 0, 1)),
      5,
    );
    expect(at(new Uniform({ shape: [2], low: -2, high: 3 }))).toBeCloseTo(-2 * Math.log(5), 6);
    expect(at(new Uniform({ shape: [2] }))).toBe(-Infinity);
    const components =
      0.25 * normalDensity(x, 0, 0.5) * normalDensity(y, 0, 0.5) +
      0.75 * normalDensity(x, 3, 1) * normalDensity(y, -1, 1);
    expect(at(mixture())).toBeCloseTo(Math.log(components), 5);
  });
});

describe('distributions', () => {
  useBackend('cpu');

  test.each([
    ['a RealNVP', 9, () => realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8 })],
    ['a sigmoid of one', 1, () => chain(realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8 }), new Sigmoid({ shape: [2] }))],
  ])('a uniform base lets %s be trained: within, its density has a gradient of 0', async (_, high, make) => {
    const low = high === 9 ? -9 : 0;
    const flow = new Flow({ transform: make(), base: new Uniform({ shape: [2], low, high }) });
    const data = normal([64, 2], 1, 0.3);
    const losses: number[] = [];
    for await (const loss of fit(flow, { data, steps: 20, batchSize: 64 })) losses.push(loss);
    losses.forEach((loss) => expect(Number.isFinite(loss)).toBe(true));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.01);
    data.dispose();
    flow.dispose();
  });

  test('stay finite, and have gradients, a hundred deviations out', () => {
    tf.tidy(() => {
      const z = tf.tensor2d([[100, -100]]);
      const distribution = mixture();
      expect(distribution.logProb(z).dataSync()[0]).toBeLessThan(-1000);
      tf.grad((point: tf.Tensor) => tf.sum(distribution.logProb(point)))(z)
        .dataSync()
        .forEach((value) => expect(Number.isFinite(value)).toBe(true));
    });
  });

  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'samples of another shape',
      () => tf.tidy(() => new StandardNormal({ shape: [2] }).logProb(tf.zeros([3, 4]))),
      ShapeError,
      'expected a batch of shape [B, 2], but got [3, 4]',
    ],
    ['no shape', () => new StandardNormal({ shape: [0] }), ShapeError, 'must consist of positive integers'],
    ['turned bounds', () => new Uniform({ shape: [2], low: 1, high: 0 }), RangeError, 'low is 1 and high 0'],
    ['an endless bound', () => new Uniform({ shape: [2], high: Infinity }), RangeError, 'high Infinity'],
    ['means of two lengths', () => new NormalMixture({ means: [[1], [1, 2]] }), ShapeError, 'lengths [1, 2]'],
    ['no means', () => new NormalMixture({ means: [] }), ShapeError, 'lengths []'],
    [
      'too few weights',
      () => new NormalMixture({ means: [[1], [2]], weights: [1] }),
      ShapeError,
      '2 means, 2 deviations, 1 weights',
    ],
    [
      'a deviation of 0',
      () => new NormalMixture({ means: [[1]], deviations: 0 }),
      RangeError,
      'deviations: 0 is not a finite number above 0',
    ],
    ['a mean of NaN', () => new NormalMixture({ means: [[NaN]] }), RangeError, 'means: NaN is not a finite number'],
    [
      'half a sample',
      () => new StandardNormal({ shape: [2] }).sample({ count: 0.5, seed: 1 }),
      RangeError,
      'count is 0.5',
    ],
    ['a seed below 0', () => new Uniform({ shape: [2] }).sample({ count: 1, seed: -1 }), RangeError, 'seed is -1'],
  ])('refuse %s', (_, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
