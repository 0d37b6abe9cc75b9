import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { jacobian, logAbsDeterminant } from '../../test/jacobian.js';
import {
  namedVariables,
  NotConvergedError,
  ResidualBlock,
  russianRoulette,
  ShapeError,
  truncatedSeries,
  type ResidualBlockOptions,
} from '../index.js';

function hotBlock(options: Partial<ResidualBlockOptions> = {}, seed = 1): ResidualBlock {
  const block = heat(new ResidualBlock({ shape: [6], hiddenDim: 12, seed, ...options }), seed);
  block.updateSpectralNorms(100);
  return block;
}

/** Largest singular value, by 2,000 rounds of power iteration in float64 on A or its rows. */
function largestSingularValue(A: number[][]): number {
  let v = A[0]!.map((_, i) => 1 + Math.sin(3 * i));
  let sigma = 0;
  for (let round = 0; round < 2000; round++) {
    const Av = A.map((row) => row.reduce((sum, a, i) => sum + a * v[i]!, 0));
    const w = v.map((_, i) => A.reduce((sum, row, k) => sum + row[i]! * Av[k]!, 0));
    const length = Math.hypot(...w);
    sigma = Math.hypot(...Av);
    v = w.map((x) => x / length);
  }
  return sigma;
}

const shapes: [string, Partial<ResidualBlockOptions>][] = [
  ['vectors', {}],
  ['images', { shape: [3, 2, 2], hiddenDim: 4 }],
];

describe.each(backends)('a residual block on %s', (backend) => {
  useBackend(backend);

  test.each(shapes)(
    'of %s shortens: no singular value of its residual exceeds the contraction, at any of ten inputs',
    (_, options) => {
      const block = hotBlock({ contraction: 0.8, ...options });
      for (let seed = 0; seed < 10; seed++) {
        const J = tf.tidy(() => jacobian((x) => tf.sub(block.apply(x), x), normal(block.inputShape, seed, 3)));
        expect(largestSingularValue(J)).toBeLessThan(0.8 + 1e-4); // of power iteration
      }
      block.dispose();
    },
  );

  test('is the identity when new', () => {
    const block = new ResidualBlock({ shape: [4], seed: 1 });
    tf.tidy(() => {
      const x = normal([3, 4], 1);
      expect(block.apply(x).arraySync()).toEqual(x.arraySync());
      expect(block.applyWithLogDet(x).logDet.arraySync()).toEqual([0, 0, 0]);
    });
    block.dispose();
  });

  test.each([0.5, 0.9])(
    'reports the iterations of its inverse, no more than a contraction of %d needs',
    (contraction) => {
      const block = hotBlock({ contraction });
      tf.tidy(() => {
        const x = normal([20, 6], 2);
        const { x: back, iterations, change, converged } = block.solve(block.apply(x));
        expect(converged).toBe(true);
        expect(change).toBeLessThanOrEqual(1e-6);
        expect(iterations).toBeLessThanOrEqual(Math.ceil(Math.log(1e-7) / Math.log(contraction)));
        expect(tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]!).toBeLessThan(
          (4e-6 * contraction) / (1 - contraction) + 2e-6,
        );
      });
      block.dispose();
    },
  );

  test('says when the iterations ended too soon, in the report and as an error', () => {
    const block = hotBlock({ maxIterations: 3 });
    tf.tidy(() => {
      const y = normal([4, 6], 3, 5);
      const { iterations, change, converged } = block.solve(y);
      expect([iterations, converged]).toEqual([3, false]);
      expect(change).toBeGreaterThan(1e-6);
      expect(() => block.invert(y)).toThrow(NotConvergedError);
      expect(() => block.invertWithLogDet(y)).toThrow(
        /ResidualBlock inverse: after 3 iterations numbers still change by .* expected at most 1\.0e-6; call updateSpectralNorms/,
      );
      expect(block.solve(y, { maxIterations: 300 }).converged).toBe(true);
    });
    block.dispose();
  });

  test('gives NaN inputs no inverse, but an error', () => {
    const block = hotBlock();
    tf.tidy(() => {
      expect(() => block.invert(tf.fill([1, 6], NaN))).toThrow(NotConvergedError);
    });
    block.dispose();
  });

  test('maps alike before and after its norms are brought up to date, once they were exact', () => {
    const block = hotBlock();
    tf.tidy(() => {
      const x = normal([5, 6], 4);
      const before = block.apply(x);
      block.updateSpectralNorms(20);
      expect(tf.max(tf.abs(tf.sub(block.apply(x), before))).dataSync()[0]!).toBeLessThan(2e-6);
    });
    block.dispose();
  });
});

describe('the log-determinant of a residual block', () => {
  useBackend('cpu');

  /** Mean and standard error of the estimate at one input, over draws. */
  function estimates(block: ResidualBlock, x: tf.Tensor, draws: number) {
    const values = tf.tidy(() => [...block.applyWithLogDet(tf.tile(x, [draws, 1])).logDet.dataSync()]);
    const mean = values.reduce((sum, value) => sum + value) / draws;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1));
    return { mean, standardError: deviation / Math.sqrt(draws) };
  }

  const exactAt = (block: ResidualBlock, x: tf.Tensor) =>
    tf.tidy(() => logAbsDeterminant(jacobian((rows) => block.apply(rows), tf.squeeze(x, [0]))));

  test('by a truncated series has the exact value for its mean', () => {
    const block = hotBlock({ contraction: 0.8, logDeterminant: truncatedSeries({ terms: 30, seed: 5 }) });
    const x = normal([1, 6], 3);
    const { mean, standardError } = estimates(block, x, 4000);
    expect(Math.abs(mean - exactAt(block, x))).toBeLessThan(4 * standardError + 1e-3); // of 0.8³¹ in the terms left out
    x.dispose();
    block.dispose();
  });

  test('by Russian roulette has the exact value for its mean, though it stops after few terms', () => {
    const block = hotBlock({ contraction: 0.8, logDeterminant: russianRoulette({ exactTerms: 2, seed: 6 }) });
    const x = normal([1, 6], 3);
    const expected = exactAt(block, x);
    // A call draws one length for its whole batch, so many calls of few rows.
    const means = Array.from({ length: 300 }, () => estimates(block, x, 20).mean);
    const mean = means.reduce((sum, value) => sum + value) / means.length;
    const standardError = Math.sqrt(
      means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length / (means.length - 1),
    );
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.05);
    x.dispose();
    block.dispose();
  });

  test('is drawn anew in every call, and from the start again with the same seed', () => {
    const draw = () => {
      const block = hotBlock({ logDeterminant: russianRoulette({ seed: 7 }) });
      const values = tf.tidy(() => [1, 2].map(() => block.applyWithLogDet(tf.ones([1, 6])).logDet.dataSync()[0]!));
      block.dispose();
      return values;
    };
    const [first, second] = draw();
    expect(second).not.toBe(first);
    expect(draw()).toEqual([first, second]);
  });

  test('is estimated unless given for samples of more than 32 numbers', () => {
    const value = (size: number) => {
      const block = hotBlock({ shape: [size], hiddenDim: 8 });
      const values = tf.tidy(() => [1, 2].map(() => block.applyWithLogDet(tf.ones([1, size])).logDet.dataSync()[0]!));
      block.dispose();
      return values;
    };
    expect(value(32)[0]).toBe(value(32)[1]);
    expect(value(33)[0]).not.toBe(value(33)[1]);
  });
});

describe('a residual block', () => {
  useBackend('cpu');

  test('saves the directions of its spectral norms, and does not train them', () => {
    const block = new ResidualBlock({ shape: [2, 2, 3], hiddenDim: 5, numLayers: 2, seed: 1 });
    expect([...namedVariables(block)].map(([name, { shape, trainable }]) => [name, shape, trainable])).toEqual([
      ['layers.0.kernel', [3, 3, 3, 5], true],
      ['layers.0.bias', [5], true],
      ['layers.0.direction', [1, 2, 2, 3], false],
      ['layers.1.kernel', [3, 3, 5, 3], true],
      ['layers.1.bias', [3], true],
      ['layers.1.direction', [1, 2, 2, 5], false],
    ]);
    block.dispose();
  });

  test.each([
    ['shape', { shape: [2, 3] }, ShapeError, /shape is \[2, 3\]; expected \[n\] or \[height, width, channels\]/],
    ['contraction', { contraction: 1 }, RangeError, /contraction is 1: expected a number above 0 and below 1/],
    ['tolerance', { tolerance: 0 }, RangeError, /tolerance is 0/],
    ['numLayers', { numLayers: 1 }, RangeError, /numLayers is 1/],
    ['powerIterations', { powerIterations: 0 }, RangeError, /powerIterations is 0/],
    ['maxIterations', { maxIterations: 1.5 }, RangeError, /maxIterations is 1.5/],
  ])('refuses a %s out of range', (_, options, type, message) => {
    const make = () => new ResidualBlock({ shape: [3], seed: 1, ...options });
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });

  test.each([0, -1, 2.5])('refuses %d terms', (terms) => {
    expect(() => truncatedSeries({ terms, seed: 1 })).toThrow(`terms is ${terms}`);
  });
});
