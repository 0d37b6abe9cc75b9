// Tensors of rank 5 and 6, whose coordinates fit no vector of a shader.
import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from '../op-case.js';
import { floats } from './inputs.js';

const SHAPES = [
  [2, 3, 2, 3, 2],
  [2, 1, 3, 2, 2, 2],
];

// tfjs has no gradient of tile and broadcastTo beyond rank 4; its gradient of cumsum is wrong there.
const OPS: Record<
  string,
  { run: (x: tf.Tensor, shape: number[]) => tf.Tensor | tf.Tensor[]; differentiable?: boolean; ofRank6?: string }
> = {
  'arithmetic with broadcasting': {
    run: (x, shape) => [
      tf.add(x, tf.tensor1d([1, 2])),
      tf.mul(x, 3),
      tf.div(
        x,
        tf.fill(
          shape.map((n, i) => (i % 2 ? n : 1)),
          7,
        ),
      ),
      tf.sub(tf.ones([1, ...shape.slice(1)]), x),
    ],
  },
  'comparison with broadcasting': {
    run: (x) => [tf.greater(x, tf.tensor1d([0.5, -0.5])), tf.logicalNot(tf.lessEqual(x, 0))],
    differentiable: false,
  },
  where: { run: (x) => tf.where(tf.greater(tf.ones([2]), tf.tensor1d([0, 2])), x, tf.mul(x, 3)) },
  'relu, exp and tanh': { run: (x) => [tf.relu(x), tf.exp(x), tf.tanh(x)] },
  'sum, mean and max': {
    run: (x, { length }) => [
      tf.sum(x, 1),
      tf.sum(x, [0, 2]),
      tf.sum(x, length - 1, true),
      tf.mean(x, [1, 3]),
      tf.max(x, 2),
    ],
  },
  softmax: { run: (x) => tf.softmax(x) },
  argMax: { run: (x) => [tf.argMax(x, 1), tf.argMax(x, -1)], differentiable: false },
  matMul: { run: (x) => tf.matMul(x, x, true, false) },
  transpose: { run: (x) => tf.transpose(x) },
  slice: {
    run: (x, shape) =>
      tf.slice(
        x,
        shape.map((n) => n - 1),
        shape.map(() => 1),
      ),
  },
  stridedSlice: {
    run: (x, shape) =>
      tf.stridedSlice(
        x,
        shape.map(() => 0),
        shape,
        shape.map((n) => (n > 2 ? 2 : 1)),
      ),
    differentiable: false,
  },
  'split and concat': { run: (x, { length }) => tf.concat(tf.split(x, 2, length - 1), 0) },
  stack: { run: (x) => tf.stack(tf.unstack(x, -1), 2) },
  gather: { run: (x, { length }) => tf.gather(x, tf.tensor1d([1, 0, 1], 'int32'), length - 1) },
  pad: {
    run: (x, shape) =>
      tf.pad(
        x,
        shape.map((_, i) => [i % 2, 1] as [number, number]),
        0.5,
      ),
  },
  mirrorPad: {
    run: (x, shape) =>
      tf.mirrorPad(
        x,
        shape.map(() => [1, 0] as [number, number]),
        'symmetric',
      ),
    differentiable: false,
    ofRank6: 'inputs rank not in',
  },
  reverse: { run: (x, { length }) => tf.reverse(x, [0, length - 1]) },
  tile: {
    run: (x, shape) =>
      tf.tile(
        x,
        shape.map((_, i) => (i % 2) + 1),
      ),
    differentiable: false,
  },
  broadcastTo: {
    run: (x, shape) =>
      tf.broadcastTo(
        tf.slice(
          x,
          shape.map(() => 0),
          [1, ...shape.slice(1)],
        ),
        shape,
      ),
    differentiable: false,
  },
  cumsum: { run: (x) => tf.cumsum(x, 1), differentiable: false },
};

export const highRankCases: OpCase[] = SHAPES.flatMap((shape) =>
  Object.entries(OPS).map(([name, { run, differentiable = true, ofRank6 }]) => ({
    name: `${name} of rank ${shape.length}`,
    inputs: [floats(shape)],
    run: (x: tf.Tensor) => run(x, shape),
    differentiable,
    ...(ofRank6 && shape.length === 6 && { tensorflowRefuses: ofRank6 }),
  })),
);
