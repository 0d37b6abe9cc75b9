import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { jacobian } from '../../test/jacobian.js';
import {
  additiveTransform,
  affineTransform,
  Autoregressive,
  maskedAutoregressiveFlow,
  ShapeError,
  splineTransform,
  trainableVariables,
} from '../index.js';

const orders = fc
  .integer({ min: 1, max: 6 })
  .chain((dim) => fc.shuffledSubarray([...Array(dim).keys()], { minLength: dim, maxLength: dim }));

describe.each(backends)('an autoregressive transform on %s', (backend) => {
  useBackend(backend);

  test('makes every element depend on itself and on all before it, in any order, and on no later one', () => {
    fc.assert(
      fc.property(
        orders,
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 0, max: 1e6 }),
        (places, numLayers, seed) => {
          const layer = heat(
            new Autoregressive({
              dim: places.length,
              transform: affineTransform(),
              places,
              hiddenDim: 40,
              numLayers,
              seed,
            }),
            seed,
          );
          // A path of ReLUs may be shut at one input, and with one set of weights at all of them.
          const seen = places.map(() => places.map(() => 0));
          const isMissing = () =>
            seen.some((row, output) => row.some((slope, input) => slope === 0 && places[input]! <= places[output]!));
          for (let i = 0; i < 8 || (i < 64 && isMissing()); i++) {
            if (i >= 8) heat(layer, seed + i);
            tf.tidy(() => {
              const J = jacobian((x) => layer.apply(x), normal([places.length], seed + i));
              J.forEach((row, output) => row.forEach((slope, input) => (seen[output]![input]! += Math.abs(slope))));
            });
          }
          seen.forEach((row, output) =>
            row.forEach((slopes, input) => {
              if (places[input]! > places[output]!) expect(slopes).toBe(0);
              else expect(slopes).toBeGreaterThan(0);
            }),
          );
          layer.dispose();
        },
      ),
      { numRuns: 8 },
    );
  });

  test('is inverted to what bisection of each element in turn finds', () => {
    const places = [1, 0, 2];
    const layer = heat(
      new Autoregressive({ dim: 3, transform: splineTransform({ bins: 5 }), places, hiddenDim: 12, seed: 1 }),
      3,
    );
    tf.tidy(() => {
      const y = normal([1, 3], 4);
      const target = y.dataSync();
      const x = [0, 0, 0];
      for (const element of [1, 0, 2]) {
        let [low, high] = [-30, 30];
        for (let halving = 0; halving < 40; halving++) {
          x[element] = (low + high) / 2;
          if (layer.apply(tf.tensor2d([x])).dataSync()[element]! < target[element]!) low = x[element]!;
          else high = x[element]!;
        }
      }
      // Both are right to float32's rounding, times the gain of three elements.
      layer
        .invert(y)
        .dataSync()
        .forEach((value, i) => expect(Math.abs(value - x[i]!)).toBeLessThan(1e-4));
    });
    layer.dispose();
  });

  test('looks at its context from the first element on', () => {
    const layer = heat(
      new Autoregressive({ dim: 3, transform: affineTransform(), hiddenDim: 24, contextDim: 2, seed: 1 }),
      2,
    );
    tf.tidy(() => {
      const x = normal([1, 3], 1);
      const [here, there] = [5, 6].map((seed) => layer.apply(x, normal([1, 2], seed)).dataSync());
      here!.forEach((value, i) => expect(value).not.toBe(there![i]));
    });
    layer.dispose();
  });

  test('of one element is a map of that element by constants', () => {
    const layer = heat(
      new Autoregressive({ dim: 1, transform: affineTransform({ maxLogScale: 2 }), hiddenDim: 4, seed: 1 }),
      2,
    );
    tf.tidy(() => {
      const [a, b, c] = [...layer.apply(tf.tensor2d([[0], [1], [2]])).dataSync()];
      expect(c! - b!).toBeCloseTo(b! - a!, 5);
    });
    layer.dispose();
  });

  test.each([
    ['affine', () => affineTransform()],
    ['additive', () => additiveTransform()],
    ['spline', () => splineTransform()],
  ])('is the identity when new: %s', (_, transform) => {
    const flow = maskedAutoregressiveFlow({ dim: 4, transform: transform(), seed: 3 });
    tf.tidy(() => {
      const x = normal([5, 4], 1);
      flow
        .apply(x)
        .dataSync()
        .forEach((value, i) => expect(value).toBeCloseTo(x.dataSync()[i]!, 5));
    });
    flow.dispose();
  });
});

describe('a masked autoregressive flow', () => {
  useBackend('cpu');

  test('turns the order round from one transform to the next, so that together they mix all elements', () => {
    const flow = heat(maskedAutoregressiveFlow({ dim: 4, numBlocks: 2, hiddenDim: 32 }), 1);
    const slopes = tf.tidy(() => jacobian((x) => flow.apply(x), normal([4], 2)));
    for (const row of slopes) for (const slope of row) expect(slope).not.toBe(0);
    flow.dispose();
  });

  test('names its variables by layer', () => {
    const flow = maskedAutoregressiveFlow({ dim: 3, numBlocks: 1, numLayers: 2, hiddenDim: 5, contextDim: 2 });
    expect([...trainableVariables(flow)].map(([name, { shape }]) => [name, shape])).toEqual([
      ['layers.0.network.kernels.0', [5, 5]],
      ['layers.0.network.kernels.1', [5, 6]],
      ['layers.0.network.biases.0', [5]],
      ['layers.0.network.biases.1', [6]],
    ]);
    flow.dispose();
  });

  test('gives the same parameters for a seed, and others for another', () => {
    const values = (seed: number) => {
      const flow = maskedAutoregressiveFlow({ dim: 3, numBlocks: 1, hiddenDim: 4, seed });
      const kernel = [...trainableVariables(flow).values()][0]!.dataSync();
      flow.dispose();
      return [...kernel];
    };
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
  });

  test('refuses a context it was not made for, and none where it needs one', () => {
    const flow = maskedAutoregressiveFlow({ dim: 3, contextDim: 2, hiddenDim: 4 });
    tf.tidy(() => {
      const x = tf.zeros([4, 3]);
      expect(() => flow.apply(x)).toThrow(ShapeError);
      expect(() => flow.apply(x, tf.zeros([4, 3]))).toThrow(
        'Chain: expected a context of shape [4, 2], but got [4, 3]',
      );
      expect(() => flow.invert(x)).toThrow('Chain inverse: expected a context of shape [4, 2], but got none');
    });
    flow.dispose();
  });

  test.each([
    ['dim', { dim: 0 }, /dim is 0/],
    ['numBlocks', { dim: 2, numBlocks: 0 }, /numBlocks is 0/],
    ['hiddenDim', { dim: 2, hiddenDim: 0 }, /hiddenDim is 0/],
    ['numLayers', { dim: 2, numLayers: 1 }, /numLayers is 1: expected an integer of at least 2/],
    ['contextDim', { dim: 2, contextDim: 0 }, /contextDim is 0/],
  ])('refuses a %s out of range', (_, options, message) => {
    expect(() => maskedAutoregressiveFlow(options)).toThrow(RangeError);
    expect(() => maskedAutoregressiveFlow(options)).toThrow(message);
  });

  test.each([[[0, 1]], [[0, 1, 1]], [[1, 2, 3]], [[0, 1, 2.5]]])('refuses places %j of three elements', (places) => {
    expect(() => new Autoregressive({ dim: 3, transform: affineTransform(), places, seed: 1 })).toThrow(
      `places is [${places.join(', ')}]: expected a permutation of 0 … 2.`,
    );
  });
});
