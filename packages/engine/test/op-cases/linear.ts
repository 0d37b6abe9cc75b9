// Products, convolutions and pooling.
import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from '../op-case.js';
import { floats } from './inputs.js';

type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

const BOTH = [false, true];

const products: OpCase[] = BOTH.flatMap((transposeA) =>
  BOTH.flatMap((transposeB) =>
    [[], [3], [2, 2]].map((batch) => ({
      name: `matMul of [${batch}] matrices${transposeA ? ', first transposed' : ''}${transposeB ? ', second transposed' : ''}`,
      inputs: [
        floats([...batch, ...(transposeA ? [7, 5] : [5, 7])], 1),
        floats([...batch, ...(transposeB ? [6, 7] : [7, 6])], 2),
      ],
      run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB),
      differentiable: true,
    })),
  ),
);

// A GPU cuts sums this long into pieces, in other ways for few rows than for many.
const longProducts = BOTH.flatMap((transposeA) =>
  BOTH.flatMap((transposeB): OpCase[] =>
    (
      [
        [8, 2500, 32],
        [7, 2501, 33],
        [3, 3000, 5],
      ] as const
    ).map(([rows, terms, columns], i) => ({
      name: `matMul of ${rows} × ${terms} × ${columns}${transposeA ? ', first transposed' : ''}${transposeB ? ', second transposed' : ''}`,
      inputs: [
        floats(transposeA ? [terms, rows] : [rows, terms], 1),
        floats(transposeB ? [columns, terms] : [terms, columns], 2),
      ],
      run: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b, transposeA, transposeB),
      differentiable: true,
      // each shape's values once, and each transposition's but both; the gradients of the first
      size: i !== Number(transposeA) + 2 * Number(transposeB) ? 'longer' : i === 0 ? 'large' : 'long',
    })),
  ),
);

interface Convolution {
  x: [number, number, number, number];
  filter: [number, number, number, number];
  strides?: number | [number, number];
  pad?: Padding;
  dilations?: number | [number, number];
  rounding?: 'floor' | 'ceil' | 'round';
}

const CONVOLUTIONS: Convolution[] = [
  { x: [2, 5, 5, 3], filter: [1, 1, 3, 4] },
  { x: [2, 5, 5, 3], filter: [1, 1, 3, 4], strides: 2 },
  { x: [2, 6, 5, 3], filter: [3, 3, 3, 4] },
  { x: [2, 6, 5, 3], filter: [3, 3, 3, 4], pad: 'valid' },
  { x: [2, 7, 6, 2], filter: [3, 3, 2, 3], strides: 2 },
  { x: [2, 7, 6, 2], filter: [3, 3, 2, 3], strides: 2, pad: 'valid' },
  { x: [1, 9, 9, 2], filter: [7, 7, 2, 3], strides: 2 },
  { x: [1, 6, 7, 2], filter: [2, 3, 2, 3], strides: [1, 2] },
  { x: [1, 6, 7, 2], filter: [3, 1, 2, 3], strides: [3, 1], pad: 'valid' },
  { x: [1, 5, 5, 2], filter: [3, 3, 2, 2], pad: 1, rounding: 'floor' },
  {
    x: [1, 5, 6, 2],
    filter: [3, 3, 2, 2],
    pad: [
      [0, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ],
  },
  { x: [2, 28, 28, 8], filter: [3, 3, 8, 16] },
];

const named = ({ x, filter, strides = 1, pad = 'same', dilations = 1 }: Convolution) =>
  `[${x}] by [${filter}], stride ${strides}, pad ${pad}${dilations === 1 ? '' : `, dilation ${dilations}`}`;

const convolutions: OpCase[] = CONVOLUTIONS.map((convolution) => ({
  name: `conv2d of ${named(convolution)}`,
  inputs: [floats(convolution.x, 1), floats(convolution.filter, 2)],
  run: (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.conv2d(x, filter, convolution.strides ?? 1, convolution.pad ?? 'same', 'NHWC', 1, convolution.rounding),
  ...(convolution.x[1] > 20 && { size: 'large' as const }),
  // tfjs-node refuses gradients of explicit padding, wasm's are tested with its kernels
  differentiable: typeof convolution.pad !== 'object',
  ...(typeof convolution.pad === 'number' && { tensorflowRefuses: "supports only 'valid' and 'same' padding" }),
}));

const DILATED: Convolution[] = [
  { x: [1, 8, 8, 2], filter: [3, 3, 2, 3], dilations: 2 },
  { x: [1, 9, 8, 2], filter: [2, 3, 2, 3], dilations: [2, 1], pad: 'valid' },
];

// tfjs has no gradient of a dilated convolution.
const dilated: OpCase[] = DILATED.map((convolution) => ({
  name: `conv2d of ${named(convolution)}`,
  inputs: [floats(convolution.x, 1), floats(convolution.filter, 2)],
  run: (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.conv2d(x, filter, 1, convolution.pad ?? 'same', 'NHWC', convolution.dilations),
  differentiable: false,
}));

const DEPTHWISE: Convolution[] = [
  { x: [2, 6, 5, 3], filter: [3, 3, 3, 1] },
  { x: [2, 6, 5, 3], filter: [3, 3, 3, 2], pad: 'valid' },
  { x: [1, 7, 7, 2], filter: [3, 3, 2, 1], strides: 2 },
];

const depthwise: OpCase[] = DEPTHWISE.map((convolution) => ({
  name: `depthwiseConv2d of ${named(convolution)}`,
  inputs: [floats(convolution.x, 1), floats(convolution.filter, 2)],
  run: (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.depthwiseConv2d(x, filter, convolution.strides ?? 1, (convolution.pad ?? 'same') as 'same'),
  differentiable: true,
}));

const POOLS = { avgPool: tf.avgPool, maxPool: tf.maxPool };

const pools: OpCase[] = Object.entries(POOLS).flatMap(([name, pool]) =>
  (
    [
      [2, 2, 'valid'],
      [2, 2, 'same'],
      [3, 2, 'same'],
      [3, 1, 'same'],
      [7, 7, 'valid'],
    ] as const
  ).map(([size, stride, pad]) => ({
    name: `${name} of ${size} × ${size}, stride ${stride}, ${pad}`,
    inputs: [floats([2, 7, 7, 3])],
    run: (x: tf.Tensor4D) => pool(x, size, stride, pad),
    differentiable: true,
  })),
);

export const linear: OpCase[] = [
  ...products,
  ...longProducts,
  ...convolutions,
  ...dilated,
  ...depthwise,
  ...pools,
  {
    name: 'matMul of a larger product',
    inputs: [floats([64, 130], 1), floats([130, 33], 2)],
    run: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b),
    differentiable: true,
    size: 'large',
  },
  {
    name: 'matMul with one matrix broadcast over a batch',
    inputs: [floats([4, 5, 7], 1), floats([1, 7, 6], 2)],
    run: (a: tf.Tensor3D, b: tf.Tensor3D) => tf.matMul(a, b),
    differentiable: false,
  },
  {
    name: 'dot',
    inputs: [floats([9], 1), floats([9], 2)],
    run: (a: tf.Tensor1D, b: tf.Tensor1D) => tf.dot(a, b),
    differentiable: true,
  },
  {
    name: 'outerProduct',
    inputs: [floats([4], 1), floats([3], 2)],
    run: (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b),
    differentiable: true,
  },
  {
    name: 'conv2dTranspose',
    inputs: [floats([1, 4, 4, 3], 1), floats([3, 3, 2, 3], 2)],
    run: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2dTranspose(x, filter, [1, 8, 8, 2], 2, 'same'),
    differentiable: true,
  },
];
