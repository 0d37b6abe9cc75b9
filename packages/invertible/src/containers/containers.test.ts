import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import {
  ActNorm,
  affineTransform,
  Autoregressive,
  Chain,
  chainFrom,
  FactorOut,
  Flatten,
  initialize,
  LuLinear,
  multiScale,
  namedVariables,
  Parallel,
  Reverse,
  ShapeError,
  Softplus,
  Squeeze,
} from '../index.js';

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test('branches in parallel each see their own channels', () => {
    const both = new Parallel([new Reverse({ shape: [2] }), new Softplus({ shape: [1] }), new Reverse({ shape: [3] })]);
    const y = tf.tidy(() => [...both.apply(tf.tensor2d([[1, 2, 0, 4, 5, 6]])).dataSync()]);
    expect(y.map((value) => value.toFixed(4))).toEqual([2, 1, Math.LN2, 6, 5, 4].map((value) => value.toFixed(4)));
    both.dispose();
  });

  test('factoring out passes the last channels on untouched, behind what the first ones become', () => {
    const layer = new FactorOut({ shape: [1, 2, 3], rest: new Reverse({ shape: [1, 2, 2] }) });
    // Pixels (1 2 | 3) and (4 5 | 6).
    expect(tf.tidy(() => layer.apply(tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 2, 3])).arraySync())).toEqual([
      [2, 1, 5, 4, 3, 6],
    ]);
  });

  test('a multi-scale flow keeps every number: 4 × 4 pixels, 2 of 4 channels factored out, then 5 of 8', () => {
    const flow = multiScale(
      new Squeeze({ shape: [4, 4, 1] }),
      new Squeeze({ shape: [2, 2, 2] }),
      new Reverse({ shape: [1, 1, 3] }),
    );
    expect([flow.inputShape, flow.outputShape]).toEqual([[4, 4, 1], [16]]);
    const y = tf.tidy(() => [...flow.apply(tf.reshape(tf.range(0, 16), [1, 4, 4, 1])).dataSync()]);
    expect([...y].sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
    // Of the last squeeze's channels 0 … 7 the first three are reversed; they are pixels 0, 1 (of patch 0) and 2 (of patch 1).
    expect(y.slice(0, 3)).toEqual([2, 1, 0]);
    flow.dispose();
  });

  test('initialisation reaches the layers within, each by its own part of the data', () => {
    const flow = new Chain([
      new Parallel([new ActNorm({ shape: [2, 2, 1] }), new ActNorm({ shape: [2, 2, 2] })]),
      new FactorOut({
        shape: [2, 2, 3],
        rest: new Chain([new Flatten({ shape: [2, 2, 2] }), new ActNorm({ shape: [8] })]),
      }),
    ]);
    tf.tidy(() => {
      const x = tf.add(tf.mul(normal([500, 2, 2, 3], 1), 4), 7);
      initialize([flow], x);
      const { mean, variance } = tf.moments(flow.apply(x), 0);
      // the factored-out pixels were normalised over positions
      for (const value of mean.dataSync()) expect(Math.abs(value)).toBeLessThan(0.2);
      for (const value of variance.dataSync()) expect(Math.abs(value - 1)).toBeLessThan(0.3);
      expect(() => initialize([flow], x)).toThrow('this layer is initialised already');
    });
    flow.dispose();
  });

  test('a context reaches the branches and the rest', () => {
    const conditional = (dim: number, seed: number) =>
      new Autoregressive({ dim, transform: affineTransform(), hiddenDim: 4, contextDim: 2, seed });
    const flow = new Parallel([
      new FactorOut({ shape: [3], rest: conditional(2, 1) }),
      new Reverse({ shape: [2] }),
      conditional(1, 2),
    ]);
    expect(flow.contextShape).toEqual([2]);
    tf.tidy(() => {
      const x = normal([4, 6], 1);
      expect(flow.invert(x, tf.zeros([4, 2])).shape).toEqual([4, 6]);
      expect(() => flow.apply(x)).toThrow('expected a context of shape [4, 2], but got none');
    });
    flow.dispose();
  });
});

describe('containers', () => {
  useBackend('cpu');

  test('name variables by branch and by rest', () => {
    const flow = new Parallel([
      new Reverse({ shape: [2] }),
      new FactorOut({ shape: [3], rest: new LuLinear({ shape: [2], seed: 1 }) }),
    ]);
    expect([...namedVariables(flow).keys()]).toEqual(['branches.1.rest.permutation.order', 'branches.1.rest.factors']);
    flow.dispose();
  });

  test('a chain from makers computes every shape', () => {
    const flow = chainFrom(
      [4, 4, 1],
      (shape) => new Squeeze({ shape }),
      (shape) => new ActNorm({ shape }),
      (shape) => new LuLinear({ shape, seed: 1 }),
      (shape) => new Flatten({ shape }),
    );
    expect(flow.layers.map(({ outputShape }) => outputShape)).toEqual([[2, 2, 4], [2, 2, 4], [2, 2, 4], [16]]);
    expect(flow.inputShape).toEqual([4, 4, 1]);
    flow.dispose();
  });

  test.each([
    ['no branch', () => new Parallel([]), /there must be at least one branch/],
    [
      'branches of other positions',
      () => new Parallel([new Reverse({ shape: [2, 1] }), new Reverse({ shape: [3, 1] })]),
      /shapes \[2, 1\] and \[3, 1\] differ in more than their last axis/,
    ],
    [
      'a rest that takes all',
      () => new FactorOut({ shape: [2, 3], rest: new Reverse({ shape: [2, 3] }) }),
      /Reverse takes \[2, 3\], but should take some of the channels of \[2, 3\]/,
    ],
    [
      'a rest of other positions',
      () => new FactorOut({ shape: [2, 3], rest: new Reverse({ shape: [1, 2] }) }),
      /takes \[1, 2\]/,
    ],
    ['one channel', () => new FactorOut({ shape: [1], rest: new Reverse({ shape: [1] }) }), /at least 2 channels/],
    ['no maker', () => chainFrom([2]), /at least one layer/],
    [
      'a block for another shape',
      () =>
        chainFrom(
          [2],
          () => new Reverse({ shape: [2] }),
          () => new Reverse({ shape: [3] }),
        ),
      /Reverse gives \[2\], but Reverse takes \[3\]/,
    ],
  ])('%s is refused', (_, make, message) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });
});
