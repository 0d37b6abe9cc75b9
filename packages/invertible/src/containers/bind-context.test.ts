import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { bindContext, glow, namedVariables, realNVP, ShapeError, trainableVariables } from '../index.js';

const conditional = () => heat(realNVP({ dim: 3, numBlocks: 2, hiddenDim: 8, contextDim: 2 }), 1);
const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

describe.each(backends)('a block at a context on %s', (backend) => {
  useBackend(backend);

  test('is the block given that context for every sample, both ways and in volume', () => {
    const layer = conditional();
    tf.tidy(() => {
      const bound = bindContext(layer, [0.5, -2]);
      const x = normal([4, 3], 2);
      const context = tf.tensor2d(Array.from({ length: 4 }, () => [0.5, -2]));
      const { y, logDet } = layer.applyWithLogDet(x, context);
      expect(difference(bound.apply(x), y)).toBe(0);
      expect(difference(bound.applyWithLogDet(x).y, y)).toBe(0);
      expect(difference(bound.applyWithLogDet(x).logDet, logDet)).toBe(0);
      expect(difference(bound.invert(y), x)).toBeLessThan(1e-4);
      expect(difference(bound.invertWithLogDet(y).x, x)).toBeLessThan(1e-4);
      expect(difference(bound.invertWithLogDet(y).logDet, tf.neg(logDet))).toBeLessThan(1e-4);
      expect(difference(bindContext(layer, [0, 0]).apply(x), y)).toBeGreaterThan(0.01);
    });
    layer.dispose();
  });

  test('trains the block: gradients reach its variables', () => {
    const layer = conditional();
    const bound = bindContext(layer, [1, 1]);
    expect([...namedVariables(bound).values()]).toEqual([...namedVariables(layer).values()]);
    const { value, grads } = tf.variableGrads(
      () => tf.sum(tf.square(bound.apply(normal([4, 3], 2)))) as tf.Scalar,
      [...trainableVariables(layer).values()],
    );
    const largest = tf.tidy(() => Object.values(grads).map((gradient) => tf.max(tf.abs(gradient)).dataSync()[0]!));
    largest.forEach((value) => expect(value).toBeGreaterThan(0));
    tf.dispose([value, grads]);
    layer.dispose();
  });
});

describe('a block at a context', () => {
  useBackend('cpu');

  test('takes an empty batch, and images', () => {
    const flow = glow({ imageShape: [4, 4, 1], levels: 1, steps: 1, hiddenDim: 4, contextDim: 2 });
    tf.tidy(() => {
      expect(bindContext(flow, [1, 2]).apply(tf.zeros([0, 4, 4, 1])).shape).toEqual([0, 16]);
      expect(bindContext(flow, [1, 2]).apply(normal([2, 4, 4, 1], 1)).shape).toEqual([2, 16]);
    });
    flow.dispose();
  });

  test('is refused without a context, for another number of numbers, and for NaN', () => {
    const [plain, flow] = [realNVP({ dim: 2, numBlocks: 2, hiddenDim: 4 }), conditional()];
    expect(() => bindContext(plain, [1])).toThrow(ShapeError);
    expect(() => bindContext(plain, [1])).toThrow('Chain takes no context');
    expect(() => bindContext(flow, [1])).toThrow('takes a context of shape [2], but got 1 numbers, [1]');
    expect(() => bindContext(flow, [1, NaN])).toThrow(ShapeError);
    [plain, flow].forEach((layer) => layer.dispose());
  });
});
