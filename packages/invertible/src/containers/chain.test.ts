import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { useBackend } from '../../test/backends.js';
import { mlpCoupling } from '../../test/bijections.js';
import { heat, normal } from '../../test/hot.js';
import {
  ActNorm,
  chain,
  Chain,
  initialize,
  inverseOf,
  namedVariables,
  Permutation,
  ShapeError,
  Squeeze,
  trainableVariables,
} from '../index.js';

/** y = 2 x + shift. */
function doubling(shift: number): ActNorm {
  const layer = new ActNorm({ shape: [2] });
  tf.tidy(() => {
    layer.logScale.assign(tf.fill([2], Math.log(2)));
    layer.bias.assign(tf.fill([2], shift));
  });
  return layer;
}

describe('a chain', () => {
  useBackend('cpu');

  test('applies its layers first to last, inverts them last to first, and adds their log-determinants', () => {
    const layers = chain(doubling(1), doubling(10));
    tf.tidy(() => {
      const { y, logDet } = layers.applyWithLogDet(tf.tensor2d([[0, 1]]));
      [...y.dataSync()].forEach((value, i) => expect(value).toBeCloseTo([12, 16][i]!, 5)); // 2 (2 x + 1) + 10
      expect(logDet.dataSync()[0]).toBeCloseTo(4 * Math.log(2), 6);
      [...layers.invert(y).dataSync()].forEach((value, i) => expect(value).toBeCloseTo(i, 5));
    });
    layers.dispose();
  });

  test('has the shapes of its ends', () => {
    const layers = new Chain([new Squeeze({ shape: [8, 8, 1] }), new Squeeze({ shape: [4, 4, 4] })]);
    expect([layers.inputShape, layers.outputShape]).toEqual([
      [8, 8, 1],
      [2, 2, 16],
    ]);
  });

  test('refuses layers that do not fit when it is put together, with both shapes and both names', () => {
    const layers = [new Squeeze({ shape: [4, 4, 3] }), new Squeeze({ shape: [4, 4, 12] })];
    expect(() => new Chain(layers)).toThrow(ShapeError);
    expect(() => chain(...layers)).toThrow('Chain: Squeeze gives [2, 2, 12], but Squeeze takes [4, 4, 12].');
    const nested = new Permutation({ shape: [6], seed: 1 });
    expect(() => chain(chain(nested), mlpCoupling([5], 'first', 1))).toThrow(
      'Chain: Chain gives [6], but AffineCoupling takes [5].',
    );
    expect(() => chain()).toThrow('Chain: there must be at least one layer.');
    tf.disposeVariables();
  });
});

describe('an inverted layer', () => {
  useBackend('cpu');

  test('maps as the inverse does, with swapped shapes', () => {
    const squeeze = new Squeeze({ shape: [4, 4, 1] });
    const spread = inverseOf(squeeze);
    expect([spread.inputShape, spread.outputShape]).toEqual([
      [2, 2, 4],
      [4, 4, 1],
    ]);
    const layer = doubling(3);
    tf.tidy(() => {
      const { y, logDet } = inverseOf(layer).applyWithLogDet(tf.tensor2d([[5, 7]]));
      expect([...y.dataSync()].map(Math.round)).toEqual([1, 2]);
      expect(logDet.dataSync()[0]).toBeCloseTo(-2 * Math.log(2), 6);
    });
    layer.dispose();
  });

  test('shows the parameters of its layer, which a chain around it therefore trains and saves', () => {
    const layer = mlpCoupling([4], 'second', 1);
    expect([...trainableVariables(chain(inverseOf(layer))).values()]).toEqual([...trainableVariables(layer).values()]);
    expect([...trainableVariables(inverseOf(layer)).keys()][0]).toBe('layer.conditioner.kernels.0');
    layer.dispose();
  });

  test('is the identity after its layer', () => {
    const layer = heat(mlpCoupling([5], 'first', 1), 2);
    tf.tidy(() => {
      const x = normal([3, 5], 1);
      const both = chain(layer, inverseOf(layer)).applyWithLogDet(x);
      expect(tf.max(tf.abs(tf.sub(both.y, x))).dataSync()[0]).toBeLessThan(1e-5);
      expect(tf.max(tf.abs(both.logDet)).dataSync()[0]).toBeLessThan(1e-6);
    });
    layer.dispose();
  });

  test('leaves its layer to whoever made it', () => {
    const layer = doubling(0);
    inverseOf(layer).dispose();
    expect(layer.bias.isDisposed).toBe(false);
    layer.dispose();
  });
});

describe('initialisation of a chain', () => {
  useBackend('cpu');

  test('gives each layer what the layers before it make of the batch, in nested chains too', () => {
    const [first, second] = [new ActNorm({ shape: [3] }), new ActNorm({ shape: [3] })];
    const stretch = heat(mlpCoupling([3], 'second', 1), 2);
    const layers = chain(first, chain(stretch, second));
    tf.tidy(() => {
      const x = tf.add(tf.mul(normal([200, 3], 1), 4), 5);
      initialize(layers.layers, x);
      for (const normalised of [first.apply(x), layers.apply(x)]) {
        const { mean, variance } = tf.moments(normalised, 0);
        mean.dataSync().forEach((value) => expect(value).toBeCloseTo(0, 4));
        variance.dataSync().forEach((value) => expect(value).toBeCloseTo(1, 3));
      }
      expect(() => initialize(layers.layers, x)).toThrow('initialised already');
    });
    layers.dispose();
  });

  test('passes over layers that have none', () => {
    const layers = chain(new Permutation({ shape: [3], seed: 1 }), mlpCoupling([3], 'second', 1));
    const before = [...namedVariables(layers).values()].map((variable) => [...variable.dataSync()]);
    tf.tidy(() => initialize(layers.layers, normal([4, 3], 1)));
    expect([...namedVariables(layers).values()].map((variable) => [...variable.dataSync()])).toEqual(before);
    layers.dispose();
  });
});
