// Taking tensors apart and putting them together, and making new ones.
import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from '../op-case.js';
import { bools, exactly, floats, integers } from './inputs.js';

const PERMUTATIONS = [
  [1, 0],
  [0, 2, 1],
  [2, 0, 1],
  [0, 3, 1, 2],
  [0, 2, 3, 1],
  [3, 2, 1, 0],
  [0, 2, 1, 4, 3],
  [0, 1, 3, 2, 4, 5],
  [0, 2, 4, 1, 3, 5],
];

const transposes: OpCase[] = PERMUTATIONS.map((order) => ({
  name: `transpose to ${order}`,
  inputs: [floats(order.map((_, axis) => axis + 2))],
  run: (x: tf.Tensor) => tf.transpose(x, order),
  differentiable: true,
}));

const SLICES: [shape: number[], begin: number[], size: number[]][] = [
  [[9], [2], [4]],
  [
    [5, 6],
    [1, 2],
    [3, -1],
  ],
  [
    [3, 4, 5],
    [0, 1, 2],
    [3, 2, 2],
  ],
  [
    [2, 4, 5, 3],
    [0, 1, 2, 1],
    [-1, 2, 2, 2],
  ],
  [
    [2, 3, 2, 3, 2],
    [0, 1, 0, 1, 0],
    [2, 1, 2, 2, 1],
  ],
];

const slices: OpCase[] = SLICES.map(([shape, begin, size]) => ({
  name: `slice of [${shape}] from ${begin}`,
  inputs: [floats(shape)],
  run: (x: tf.Tensor) => tf.slice(x, begin, size),
  differentiable: true,
}));

const concats: OpCase[] = [0, 1, 2, 3].map((axis) => ({
  name: `concat along ${axis}`,
  inputs: [1, 2, 3].map((extent) =>
    floats(
      [2, 3, 2, 3].map((size, i) => (i === axis ? extent : size)),
      extent,
    ),
  ),
  run: (...x: tf.Tensor[]) => tf.concat(x, axis),
  differentiable: true,
}));

const SPLITS: [number[], number | number[], number][] = [
  [[6, 4], 2, 0],
  [[6, 4], [1, 3], 1],
  [[2, 3, 10], [4, 6], -1],
  [[2, 2, 3, 8], 4, 3],
];

const splits: OpCase[] = SPLITS.map(([shape, sizes, axis]) => ({
  name: `split of [${shape}] into ${sizes} along ${axis}`,
  inputs: [floats(shape)],
  run: (x: tf.Tensor) => tf.split(x, sizes, axis),
  differentiable: true,
}));

const PADS: [number, number][][] = [
  [[1, 2]],
  [
    [0, 1],
    [2, 0],
  ],
  [
    [1, 0],
    [0, 0],
    [2, 3],
  ],
  [
    [0, 0],
    [1, 1],
    [2, 1],
    [0, 0],
  ],
];

const pads: OpCase[] = PADS.map((padding) => ({
  name: `pad of rank ${padding.length}`,
  inputs: [floats([3, 4, 2, 5].slice(0, padding.length))],
  run: (x: tf.Tensor) => tf.pad(x, padding),
  differentiable: true,
}));

/** Space to depth, as Lin's image flows do it. */
function squeeze(x: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.transpose(tf.reshape(x, [2, 3, 2, 3, 2, 3]), [0, 1, 3, 2, 4, 5]), [2, 3, 3, 12]);
}

/** tanh whose gradient is said to be a third of what it is: backends must take ours. */
const ownGradient = tf.customGrad((x, save) => {
  const value = tf.tanh(x as tf.Tensor);
  (save as tf.GradSaveFunc)([value]);
  return { value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => tf.div(tf.mul(dy, tf.sub(1, tf.square(y!))), 3) };
});

export const shapeCases: OpCase[] = [
  ...transposes,
  ...slices,
  ...concats,
  ...splits,
  ...pads,
  {
    name: 'pad with a constant',
    inputs: [floats([2, 3])],
    run: (x: tf.Tensor) =>
      tf.pad(
        x,
        [
          [1, 1],
          [0, 2],
        ],
        0.5,
      ),
    differentiable: true,
  },
  {
    name: 'mirrorPad',
    inputs: [floats([3, 4])],
    run: (x: tf.Tensor) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 1],
        ],
        'reflect',
      ),
    differentiable: false,
  },
  { name: 'reshape', inputs: [floats([2, 3, 4])], run: (x: tf.Tensor) => tf.reshape(x, [4, -1]), differentiable: true },
  {
    name: 'expandDims and squeeze',
    inputs: [floats([2, 3])],
    run: (x: tf.Tensor) => [tf.expandDims(x, 1), tf.squeeze(tf.expandDims(x, 0))],
    differentiable: true,
  },
  { name: 'squeeze 2 × 2 to depth', inputs: [floats([2, 6, 6, 3])], run: squeeze, differentiable: true },
  {
    name: 'stack',
    inputs: [floats([2, 3], 1), floats([2, 3], 2)],
    run: (...x: tf.Tensor[]) => [tf.stack(x), tf.stack(x, 1), tf.stack(x, 2)],
    differentiable: true,
  },
  {
    name: 'unstack',
    inputs: [floats([3, 2, 4])],
    run: (x: tf.Tensor) => [...tf.unstack(x), ...tf.unstack(x, 2)],
    differentiable: true,
  },
  { name: 'tile', inputs: [floats([2, 3])], run: (x: tf.Tensor) => tf.tile(x, [3, 2]), differentiable: true },
  {
    name: 'tile of rank 4',
    inputs: [floats([2, 1, 3, 1])],
    run: (x: tf.Tensor) => tf.tile(x, [1, 4, 1, 2]),
    differentiable: true,
  },
  {
    name: 'broadcastTo',
    inputs: [floats([3, 1])],
    run: (x: tf.Tensor) => tf.broadcastTo(x, [2, 3, 4]),
    differentiable: true,
  },
  { name: 'reverse', inputs: [floats([2, 3, 4])], run: (x: tf.Tensor) => tf.reverse(x, [0, 2]), differentiable: true },
  {
    name: 'stridedSlice',
    inputs: [floats([6, 7])],
    run: (x: tf.Tensor) => tf.stridedSlice(x, [1, 0], [6, 7], [2, 3]),
    differentiable: false,
  },
  {
    name: 'gather of rows, some twice',
    inputs: [floats([5, 3]), exactly([4, 0, 0, 2], 'int32')],
    run: (x: tf.Tensor, rows: tf.Tensor1D) => tf.gather(x, rows),
    differentiable: true,
  },
  {
    name: 'gather along the last axis',
    inputs: [floats([2, 3, 6]), exactly([5, 1, 3, 1], 'int32')],
    run: (x: tf.Tensor, columns: tf.Tensor1D) => tf.gather(x, columns, 2),
    differentiable: true,
  },
  {
    name: 'gatherND',
    inputs: [floats([3, 4, 2]), exactly([0, 1, 2, 3], 'int32', [2, 2])],
    run: (x: tf.Tensor, indices: tf.Tensor) => tf.gatherND(x, indices),
    differentiable: false,
  },
  {
    name: 'scatterND of int32: a permutation inverted',
    inputs: [exactly([3, 0, 2, 1], 'int32', [4, 1])],
    run: (order: tf.Tensor2D) => tf.scatterND(order, tf.range(0, 4, 1, 'int32'), [4]),
    differentiable: false,
  },
  {
    name: 'scatterND of rows, some twice',
    inputs: [exactly([2, 0, 2], 'int32', [3, 1]), floats([3, 4])],
    run: (rows: tf.Tensor2D, updates: tf.Tensor2D) => tf.scatterND(rows, updates, [5, 4]),
    differentiable: false,
  },
  { name: 'customGrad', inputs: [floats([3, 4])], run: (x: tf.Tensor) => ownGradient(x), differentiable: true },
  {
    name: 'zeros, ones, fill',
    inputs: [],
    run: () => [tf.zeros([2, 3]), tf.ones([4], 'int32'), tf.fill([2, 2], 7)],
    differentiable: false,
  },
  { name: 'eye', inputs: [], run: () => [tf.eye(4), tf.eye(2, 3)], differentiable: false },
  {
    name: 'range and linspace',
    inputs: [],
    run: () => [tf.range(0, 5, 1, 'int32'), tf.range(1, 0, -0.25), tf.linspace(0, 1, 7)],
    differentiable: false,
  },
  {
    name: 'oneHot',
    inputs: [exactly([2, 0, 1], 'int32')],
    run: (x: tf.Tensor1D) => [tf.oneHot(x, 4), tf.oneHot(x, 3, 5, -1), tf.oneHot(x, 3, 0.5, -1, 'float32')],
    differentiable: false,
  },
  {
    name: 'randomNormal of a seed',
    inputs: [],
    run: () => tf.randomNormal([5, 40], 1, 2, 'float32', 7),
    differentiable: false,
  },
  {
    name: 'randomUniform of a seed',
    inputs: [],
    run: () => tf.randomUniform([5, 40], -1, 1, 'float32', 7),
    differentiable: false,
  },
  {
    name: 'cast among bool, int32 and float32',
    inputs: [exactly([-1.7, 0, 0.4, 2.9]), integers([4], 9), bools([4])],
    run: (f: tf.Tensor, i: tf.Tensor, b: tf.Tensor) => [
      tf.cast(f, 'int32'),
      tf.cast(f, 'bool'),
      tf.cast(i, 'float32'),
      tf.cast(i, 'bool'),
      tf.cast(b, 'float32'),
      tf.cast(b, 'int32'),
    ],
    differentiable: false,
  },
];
