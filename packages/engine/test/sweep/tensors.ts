// Reductions, products, and what works along one axis.
import * as tf from '@tensorflow/tfjs-core';
import { bools } from '../op-cases/inputs.js';
import { spaced, wholes } from './spaced.js';
import type { SweepCase } from './sweep-case.js';

const shape = [2, 3, 4];
const AXES = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], [-1]];
type Reduction = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

const REDUCTIONS: Record<string, Reduction> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
  logSumExp: tf.logSumExp,
};
const reductions = Object.entries({ ...REDUCTIONS, variance: variance as Reduction }).flatMap(([name, op]) =>
  AXES.flatMap((axes) =>
    [false, true].map((keepDims): SweepCase => ({
      name: `${name} along ${axes}${keepDims ? ', dimensions kept' : ''}`,
      inputs: [spaced(shape)],
      run: (x: tf.Tensor) => op(x, axes, keepDims),
      differentiable: true,
    })),
  ),
);
function variance(x: tf.Tensor, axes: number[], keepDims: boolean): tf.Tensor {
  return tf.moments(x, axes, keepDims).variance;
}
const ofIntegers = Object.entries({ sum: tf.sum, max: tf.max, min: tf.min, prod: tf.prod, mean: tf.mean }).flatMap(
  ([name, op]) =>
    AXES.map((axes): SweepCase => ({
      name: `${name} of int32 along ${axes}`,
      inputs: [wholes(shape, 5)],
      run: (x: tf.Tensor) => op(x, axes),
      differentiable: false,
    })),
);
const ofBools = Object.entries({ all: tf.all, any: tf.any }).flatMap(([name, op]) =>
  AXES.map((axes): SweepCase => ({
    name: `${name} along ${axes}`,
    inputs: [bools(shape)],
    run: (x: tf.Tensor) => op(x, axes),
    differentiable: false,
  })),
);
const alongOne = [0, 1, 2].flatMap((axis): SweepCase[] => [
  {
    name: `argMax along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.argMax(x, axis),
    differentiable: false,
  },
  {
    name: `argMin along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.argMin(x, axis),
    differentiable: false,
  },
  ...[false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse): SweepCase[] => [
      {
        name: `cumsum along ${axis}, ${exclusive}, ${reverse}`,
        inputs: [spaced(shape)],
        run: (x: tf.Tensor) => tf.cumsum(x, axis, exclusive, reverse),
        differentiable: true,
      },
      {
        name: `cumprod along ${axis}, ${exclusive}, ${reverse}`,
        inputs: [spaced(shape)],
        run: (x: tf.Tensor) => tf.cumprod(x, axis, exclusive, reverse),
        differentiable: true,
      },
    ]),
  ),
  {
    name: `softmax of the last axis, rank ${axis + 1}`,
    inputs: [spaced(shape.slice(axis))],
    run: (x: tf.Tensor) => tf.softmax(x),
    differentiable: true,
  },
  {
    name: `logSoftmax of the last axis, rank ${axis + 1}`,
    inputs: [spaced(shape.slice(axis))],
    run: (x: tf.Tensor) => tf.logSoftmax(x),
    differentiable: true,
  },
  {
    name: `reverse along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.reverse(x, axis),
    differentiable: true,
  },
  {
    name: `gather along ${axis}`,
    inputs: [spaced(shape), wholes([5], shape[axis]!)],
    run: (x: tf.Tensor, i: tf.Tensor1D) => tf.gather(x, i, axis),
    differentiable: true,
  },
  {
    name: `gather of a matrix of indices along ${axis}`,
    inputs: [spaced(shape), wholes([2, 2], shape[axis]!)],
    run: (x: tf.Tensor, i: tf.Tensor2D) => tf.gather(x, i, axis),
    differentiable: true,
  },
  {
    name: `concat along ${axis}`,
    inputs: [spaced(shape), spaced(shape, { seed: 2 })],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.concat([x, y], axis),
    differentiable: true,
  },
  {
    name: `stack along ${axis}`,
    inputs: [spaced(shape), spaced(shape, { seed: 2 })],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.stack([x, y], axis),
    differentiable: true,
  },
  {
    name: `unstack along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.unstack(x, axis),
    differentiable: true,
  },
  {
    name: `split along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.split(x, shape[axis]!, axis),
    differentiable: true,
  },
  {
    name: `norm along ${axis}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.norm(x, 'euclidean', axis),
    differentiable: true,
  },
]);

const products = [false, true].flatMap((tA) =>
  [false, true].flatMap((tB) =>
    [[], [2], [3, 2]].flatMap((batch) =>
      [
        [1, 1, 1],
        [2, 3, 4],
        [5, 1, 2],
        [3, 7, 1],
        [0, 2, 3],
      ].map(([m, k, n]): SweepCase => ({
        name: `matMul of [${batch}] ${m} × ${k} × ${n}${tA ? ', first transposed' : ''}${tB ? ', second transposed' : ''}`,
        inputs: [
          spaced([...batch, ...(tA ? [k!, m!] : [m!, k!])]),
          spaced([...batch, ...(tB ? [n!, k!] : [k!, n!])], { seed: 2 }),
        ],
        run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, tA, tB),
        differentiable: true,
      })),
    ),
  ),
);

export const tensorCases: readonly SweepCase[] = [...reductions, ...ofIntegers, ...ofBools, ...alongOne, ...products];
