// Sums, means, extremes and norms along axes.
import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from '../op-case.js';
import { bools, exactly, floats, integers } from './inputs.js';

const AXES: (number | number[] | undefined)[] = [undefined, 0, 1, -1, [0, 2], [1, 2], [0, 1, 2]];

const REDUCTIONS = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min, prod: tf.prod, logSumExp: tf.logSumExp };

const reductions: OpCase[] = Object.entries(REDUCTIONS).flatMap(([name, reduce]) =>
  AXES.flatMap((axes) =>
    [false, true].map((keep) => ({
      name: `${name} along ${axes === undefined ? 'all axes' : `axes ${axes}`}${keep ? ', kept' : ''}`,
      inputs: [floats([3, 4, 5])],
      run: (x: tf.Tensor) => reduce(x, axes, keep) as tf.Tensor,
      differentiable: name !== 'prod' || axes === undefined, // tfjs's gradient of prod multiplies by all other elements
    })),
  ),
);

const NORMS = ['euclidean', 1, Infinity] as const;

const norms: OpCase[] = NORMS.flatMap((ord) =>
  ([undefined, 0, 1, [0, 1]] as const).map((axes) => ({
    name: `norm ${ord} along ${axes === undefined ? 'all axes' : `axes ${axes}`}`,
    inputs: [floats([4, 6])],
    run: (x: tf.Tensor) => tf.norm(x, ord, axes as number[] | undefined),
    differentiable: true,
  })),
);

export const reductionCases: OpCase[] = [
  ...reductions,
  ...norms,
  ...[[0], [0, 1, 2], -1].map((axes) => ({
    name: `moments along ${axes}`,
    inputs: [floats([3, 4, 5])],
    run: (x: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, axes);
      return [mean, variance];
    },
    differentiable: true,
  })),
  ...[0, 1, 2].map((axis) => ({
    name: `argMax and argMin along ${axis}`,
    inputs: [floats([3, 4, 5])],
    run: (x: tf.Tensor) => [tf.argMax(x, axis), tf.argMin(x, axis)],
    differentiable: false,
  })),
  { name: 'softmax', inputs: [floats([4, 6])], run: (x: tf.Tensor) => tf.softmax(x), differentiable: true },
  { name: 'logSoftmax', inputs: [floats([4, 6])], run: (x: tf.Tensor) => tf.logSoftmax(x), differentiable: true },
  { name: 'cumsum', inputs: [floats([4, 6])], run: (x: tf.Tensor) => tf.cumsum(x, 1), differentiable: true },
  {
    name: 'any and all',
    inputs: [bools([3, 5])],
    run: (x: tf.Tensor) => [tf.any(x), tf.any(x, 0), tf.all(x, 1)],
    differentiable: false,
  },
  {
    name: 'sum of int32',
    inputs: [integers([3, 5], 100)],
    run: (x: tf.Tensor) => [tf.sum(x), tf.sum(x, 0), tf.max(x, 1)],
    differentiable: false,
  },
  { name: 'sum of bool', inputs: [bools([3, 5])], run: (x: tf.Tensor) => tf.sum(x), differentiable: false },
  {
    name: 'mean of equal, cast',
    inputs: [exactly([1, 2, 3, 4]), exactly([1, 2, 0, 4])],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.mean(tf.cast(tf.equal(x, y), 'float32')),
    differentiable: false,
  },
  {
    name: 'a mean over 10,000 rows, where summation order tells',
    inputs: [floats([10_000, 3])],
    run: (x: tf.Tensor) => tf.mean(x, 0),
    differentiable: true,
  },
];
