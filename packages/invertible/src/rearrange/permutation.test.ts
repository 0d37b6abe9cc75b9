import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { namedVariables, Permutation, ShapeError, trainableVariables } from '../index.js';

describe.each(backends)('a permutation on %s', (backend) => {
  useBackend(backend);

  test('takes entry order[i] of its input to entry i, of any size, and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 1e9 }), (size, seed) => {
        const layer = new Permutation({ shape: [size], seed });
        const order = [...layer.order.dataSync()];
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
        const [y, back] = tf.tidy(() => {
          const mapped = layer.apply(tf.tensor2d([order.map((_, i) => 10 * i)]));
          return [[...mapped.dataSync()], [...layer.invert(mapped).dataSync()]];
        });
        expect(y).toEqual(order.map((from) => 10 * from));
        expect(back).toEqual(order.map((_, i) => 10 * i));
        layer.dispose();
      }),
      { numRuns: 30 },
    );
  });

  test('permutes the channels of every pixel alike', () => {
    const layer = new Permutation({ shape: [2, 2, 3], seed: 4 });
    const order = [...layer.order.dataSync()];
    const y = tf.tidy(() => layer.apply(tf.reshape(tf.range(0, 12), [1, 2, 2, 3])).dataSync());
    y.forEach((value, i) => expect(value).toBe(3 * Math.floor(i / 3) + order[i % 3]!));
    layer.dispose();
  });

  test('is undone by the order that was loaded, not the one it was made with', () => {
    const layer = new Permutation({ shape: [3], seed: 4 });
    tf.tidy(() => {
      layer.order.assign(tf.tensor1d([2, 0, 1], 'int32'));
      const y = layer.apply(tf.tensor2d([[5, 6, 7]]));
      expect(y.arraySync()).toEqual([[7, 5, 6]]);
      expect(layer.invert(y).arraySync()).toEqual([[5, 6, 7]]);
    });
    layer.dispose();
  });
});

describe('the order of a permutation', () => {
  useBackend('cpu');

  test('is saved but not trained', () => {
    const layer = new Permutation({ shape: [3], seed: 4 });
    expect([...namedVariables(layer)].map(([name, variable]) => [name, variable.dtype])).toEqual([['order', 'int32']]);
    expect(trainableVariables(layer).size).toBe(0);
    layer.dispose();
  });

  test.each([[[]], [[0]]])('needs channels: shape [%s] has none', (shape) => {
    expect(() => new Permutation({ shape, seed: 1 })).toThrow(ShapeError);
    expect(() => new Permutation({ shape, seed: 1 })).toThrow(`shape [${shape}]`);
  });
});
