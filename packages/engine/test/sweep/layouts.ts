// Shapes, indices, normalisations and images.
import * as tf from '@tensorflow/tfjs-core';
import { bools } from '../op-cases/inputs.js';
import { spaced, wholes } from './spaced.js';
import type { SweepCase } from './sweep-case.js';

const shape = [2, 3, 4];

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const square = spaced([1, 4, 4, 4]);
const images: SweepCase[] = [
  [3, 3, 5, 5],
  [4, 4, 2, 2],
  [3, 4, 5, 7],
  [4, 3, 7, 5],
  [1, 5, 3, 2],
  [4, 4, 1, 1],
].flatMap(([h, w, H, W]) =>
  [
    [true, false],
    [false, false],
    [false, true],
  ].flatMap(([align, half]): SweepCase[] => [
    {
      name: `resizeBilinear ${h}×${w} to ${H}×${W}, ${align ? 'aligned' : half ? 'half pixels' : 'plain'}`,
      inputs: [spaced([2, h!, w!, 2])],
      run: (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [H!, W!], align, half),
      differentiable: true,
    },
    {
      name: `resizeNearestNeighbor ${h}×${w} to ${H}×${W}, ${align ? 'aligned' : half ? 'half pixels' : 'plain'}`,
      inputs: [spaced([2, h!, w!, 2])],
      run: (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [H!, W!], align, half),
      differentiable: true,
    },
  ]),
);

const others: SweepCase[] = [
  ...ORDERS.map((order): SweepCase => ({
    name: `transpose to ${order}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.transpose(x, order),
    differentiable: true,
  })),
  ...[
    [0, 0, 0],
    [1, 0, 2],
    [0, 2, 3],
  ].map((begin): SweepCase => ({
    name: `slice from ${begin}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.slice(x, begin),
    differentiable: true,
  })),
  ...[1, 2, 3].map((step): SweepCase => ({
    name: `stridedSlice by ${step}`,
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) => tf.stridedSlice(x, [0, 0, 0], shape, [1, 1, step]),
    differentiable: true,
  })),
  ...['reflect', 'symmetric'].map((mode): SweepCase => ({
    name: `mirrorPad, ${mode}`,
    inputs: [spaced([3, 4])],
    run: (x: tf.Tensor) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        mode as 'reflect',
      ),
    differentiable: true,
  })),
  {
    name: 'pad',
    inputs: [spaced(shape)],
    run: (x: tf.Tensor) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
          [1, 1],
        ],
        3,
      ),
    differentiable: true,
  },
  { name: 'tile', inputs: [spaced(shape)], run: (x: tf.Tensor) => tf.tile(x, [2, 1, 3]), differentiable: true },
  {
    name: 'broadcastTo',
    inputs: [spaced([3, 1])],
    run: (x: tf.Tensor) => tf.broadcastTo(x, [2, 3, 4]),
    differentiable: true,
  },
  {
    name: 'spaceToBatchND',
    inputs: [square],
    run: (x: tf.Tensor) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    differentiable: true,
  },
  {
    name: 'batchToSpaceND',
    inputs: [spaced([4, 2, 2, 1])],
    run: (x: tf.Tensor) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    differentiable: true,
  },
  { name: 'depthToSpace', inputs: [square], run: (x: tf.Tensor4D) => tf.depthToSpace(x, 2), differentiable: true },
  {
    name: 'gatherND',
    inputs: [spaced(shape), wholes([3, 2], 2)],
    run: (x: tf.Tensor, i: tf.Tensor) => tf.gatherND(x, i),
    differentiable: true,
  },
  {
    name: 'scatterND',
    inputs: [spaced([4, 2])],
    run: (x: tf.Tensor) => tf.scatterND(tf.tensor2d([[0], [2], [2], [4]], [4, 1], 'int32'), x, [5, 2]),
    differentiable: false,
  },
  {
    name: 'where',
    inputs: [bools(shape), spaced(shape), spaced(shape, { seed: 2 })],
    run: (c: tf.Tensor, x: tf.Tensor, y: tf.Tensor) => tf.where(c, x, y),
    differentiable: true,
  },
  {
    name: 'topk',
    inputs: [spaced([3, 5])],
    run: (x: tf.Tensor) => {
      const { values, indices } = tf.topk(x, 3);
      return [values, indices];
    },
    differentiable: false,
  },
  { name: 'oneHot', inputs: [wholes([6], 4)], run: (x: tf.Tensor1D) => tf.oneHot(x, 4), differentiable: false },
  {
    name: 'bincount',
    inputs: [wholes([9], 4)],
    run: (x: tf.Tensor1D) => tf.bincount(x, tf.tensor1d([]), 5),
    differentiable: false,
  },
  {
    name: 'unsortedSegmentSum',
    inputs: [spaced([5, 2]), wholes([5], 3)],
    run: (x: tf.Tensor, i: tf.Tensor1D) => tf.unsortedSegmentSum(x, i, 4),
    differentiable: true,
  },
  {
    name: 'localResponseNormalization',
    inputs: [spaced([1, 2, 2, 6])],
    run: (x: tf.Tensor4D) => tf.localResponseNormalization(x, 2, 1, 0.5, 0.75),
    differentiable: true,
    webgpuTolerance: 5e-3,
  },
  {
    name: 'batchNorm',
    inputs: [
      spaced([2, 3, 3, 4]),
      spaced([4]),
      spaced([4], { from: 0.5 }),
      spaced([4], { seed: 2 }),
      spaced([4], { seed: 3 }),
    ],
    run: (x: tf.Tensor4D, m: tf.Tensor1D, v: tf.Tensor1D, o: tf.Tensor1D, s: tf.Tensor1D) =>
      tf.batchNorm(x, m, v, o, s, 1e-3),
    differentiable: true,
  },
  {
    name: 'prelu of a scale per channel',
    inputs: [spaced([2, 3, 4]), spaced([4], { seed: 2 })],
    run: (x: tf.Tensor, a: tf.Tensor) => tf.prelu(x, a),
    differentiable: true,
  },
  {
    name: 'einsum',
    inputs: [spaced([2, 3]), spaced([3, 4])],
    run: (a: tf.Tensor, b: tf.Tensor) => tf.einsum('ij,jk->ik', a, b),
    differentiable: true,
  },
  {
    name: 'dilation2d',
    inputs: [spaced([1, 5, 5, 2]), spaced([2, 2, 2], { seed: 2 })],
    run: (x: tf.Tensor4D, f: tf.Tensor3D) => tf.dilation2d(x, f, 1, 'same'),
    differentiable: true,
  },
  {
    name: 'cropAndResize',
    inputs: [spaced([1, 4, 4, 2])],
    run: (x: tf.Tensor4D) =>
      tf.image.cropAndResize(x, tf.tensor2d([[0, 0, 0.6, 0.7]]), tf.tensor1d([0], 'int32'), [3, 3]),
    differentiable: false,
  },
  {
    name: 'flipLeftRight',
    inputs: [spaced([1, 2, 3, 2])],
    run: (x: tf.Tensor4D) => tf.image.flipLeftRight(x),
    differentiable: false,
  },
];

export const layoutCases: readonly SweepCase[] = [...images, ...others];
