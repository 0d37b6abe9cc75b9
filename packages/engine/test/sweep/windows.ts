// Convolutions and pools of images and volumes over sizes, windows, strides, paddings and dilations.
import * as tf from '@tensorflow/tfjs-core';
import { naiveConvolution, naivePool } from './naive-windows.js';
import { spaced } from './spaced.js';
import type { SweepCase } from './sweep-case.js';

const SIZES = [
  [1, 2],
  [2, 1],
  [1, 4],
  [4, 1],
  [5, 4],
  [6, 6],
  [7, 3],
  [9, 8],
];
const WINDOWS = [
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 3],
  [3, 1],
  [2, 2],
  [2, 3],
  [3, 3],
  [5, 5],
  [1, 5],
  [5, 1],
];
const STRIDES = [
  [1, 1],
  [2, 2],
  [3, 3],
  [1, 2],
  [2, 1],
  [4, 4],
];
const PADS = ['same', 'valid'] as const;

type Two = [number, number];
type Three = [number, number, number];

interface Setting {
  size: number[];
  window: number[];
  strides: number[];
  pad: 'same' | 'valid';
}

const settings: Setting[] = SIZES.flatMap((size) =>
  WINDOWS.flatMap((window) =>
    STRIDES.flatMap((strides) =>
      PADS.filter((pad) => pad === 'same' || window.every((extent, i) => extent <= size[i]!)).map((pad) => ({
        size,
        window,
        strides,
        pad,
      })),
    ),
  ),
);

const said = ({ size, window, strides, pad }: Setting) =>
  `${size.join('×')} by ${window.join('×')}, stride ${strides.join()}, ${pad}`;

const images: SweepCase[] = settings.flatMap((setting) => {
  const { size, window, strides, pad } = setting;
  const windows = { strides, dilations: [1, 1], pad };
  const convolutions = [1, 3].flatMap((channels): SweepCase[] => {
    const x = spaced([2, ...size, channels]);
    const filter = spaced([...window, channels, 2], { seed: 2 });
    return [
      {
        name: `conv2d of ${channels} channels, ${said(setting)}`,
        inputs: [x, filter],
        run: (x: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2d(x, f, strides as Two, pad),
        differentiable: true,
        truth: () => naiveConvolution(x, filter, windows),
      },
      {
        name: `depthwiseConv2d of ${channels} channels, ${said(setting)}`,
        inputs: [x, filter],
        run: (x: tf.Tensor4D, f: tf.Tensor4D) => tf.depthwiseConv2d(x, f, strides as Two, pad),
        differentiable: true,
        truth: () => naiveConvolution(x, filter, windows, true),
      },
    ];
  });
  const x = spaced([2, ...size, 3]);
  const pools = (['max', 'average'] as const).map((kind): SweepCase => {
    const pool = kind === 'max' ? tf.maxPool : tf.avgPool;
    return {
      name: `${kind === 'max' ? 'maxPool' : 'avgPool'} of ${said(setting)}`,
      inputs: [x],
      run: (x: tf.Tensor4D) => pool(x, window as Two, strides as Two, pad),
      differentiable: true,
      truth: () => naivePool(x, window, windows, kind),
    };
  });
  return [...convolutions, ...pools];
});

const dilated: SweepCase[] = [
  [2, 2],
  [3, 3],
  [2, 1],
  [1, 3],
].flatMap((dilations) =>
  [
    [2, 2],
    [3, 3],
    [3, 2],
    [1, 3],
  ].flatMap((window) =>
    PADS.flatMap((pad): SweepCase[] => {
      const x = spaced([2, 9, 8, 2]);
      const filter = spaced([...window, 2, 2], { seed: 2 });
      const name = `9×8 by ${window.join('×')}, dilation ${dilations.join()}, ${pad}`;
      const windows = { strides: [1, 1], dilations, pad };
      return [
        {
          name: `conv2d of ${name}`,
          inputs: [x, filter],
          run: (x: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2d(x, f, 1, pad, 'NHWC', dilations as Two),
          differentiable: false,
          truth: () => naiveConvolution(x, filter, windows),
        },
        {
          name: `depthwiseConv2d of ${name}`,
          inputs: [x, filter],
          run: (x: tf.Tensor4D, f: tf.Tensor4D) => tf.depthwiseConv2d(x, f, 1, pad, 'NHWC', dilations as Two),
          differentiable: false,
          truth: () => naiveConvolution(x, filter, windows, true),
        },
      ];
    }),
  ),
);

const volumes: SweepCase[] = [
  [4, 5, 3],
  [2, 1, 4],
].flatMap((size) =>
  [
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
    [1, 2, 3],
    [3, 1, 1],
  ].flatMap((window) =>
    [
      [1, 1, 1],
      [2, 2, 2],
      [1, 2, 1],
      [3, 1, 2],
    ].flatMap((strides) =>
      PADS.filter((pad) => pad === 'same' || window.every((n, i) => n <= size[i]!)).flatMap((pad): SweepCase[] => {
        const setting = said({ size, window, strides, pad });
        const x = spaced([2, ...size, 2]);
        const filter = spaced([...window, 2, 3], { seed: 2 });
        const windows = { strides, dilations: [1, 1, 1], pad };
        return [
          {
            name: `conv3d of ${setting}`,
            inputs: [x, filter],
            run: (x: tf.Tensor5D, f: tf.Tensor5D) => tf.conv3d(x, f, strides as Three, pad),
            differentiable: true,
            truth: () => naiveConvolution(x, filter, windows),
          },
          ...(['max', 'average'] as const).map((kind) => ({
            name: `${kind === 'max' ? 'maxPool3d' : 'avgPool3d'} of ${setting}`,
            inputs: [x],
            run: (x: tf.Tensor5D) =>
              (kind === 'max' ? tf.maxPool3d : tf.avgPool3d)(x, window as Three, strides as Three, pad),
            differentiable: true,
            truth: () => naivePool(x, window, windows, kind),
          })),
        ];
      }),
    ),
  ),
);

const transposed: SweepCase[] = [1, 2, 3].flatMap((stride) =>
  [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 3],
  ].flatMap((window) =>
    PADS.map((pad): SweepCase => {
      const [h, w] = [4, 3].map((n, i) => (pad === 'same' ? n * stride : (n - 1) * stride + window[i]!)) as Two;
      return {
        name: `conv2dTranspose by ${window.join('×')}, stride ${stride}, ${pad}`,
        inputs: [spaced([2, 4, 3, 2]), spaced([...window, 3, 2], { seed: 2 })],
        run: (x: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2dTranspose(x, f, [2, h, w, 3], stride, pad),
        differentiable: true,
      };
    }),
  ),
);

const transposedVolumes: SweepCase[] = [1, 2].flatMap((stride) =>
  [1, 2, 3].map((n): SweepCase => ({
    name: `conv3dTranspose by ${n}×${n}×${n}, stride ${stride}`,
    inputs: [spaced([1, 2, 3, 2, 3]), spaced([n, n, n, 2, 3], { seed: 2 })],
    run: (x: tf.Tensor5D, f: tf.Tensor5D) =>
      tf.conv3dTranspose(x, f, [1, 2 * stride, 3 * stride, 2 * stride, 2], stride, 'same'),
    differentiable: true,
  })),
);

const separable: SweepCase[] = [1, 2].map((stride) => ({
  name: `separableConv2d, stride ${stride}`,
  inputs: [spaced([1, 5, 5, 2]), spaced([3, 3, 2, 2], { seed: 2 }), spaced([1, 1, 4, 3], { seed: 3 })],
  run: (x: tf.Tensor4D, d: tf.Tensor4D, p: tf.Tensor4D) => tf.separableConv2d(x, d, p, stride, 'same'),
  differentiable: true,
}));

export const windowCases: readonly SweepCase[] = [
  ...images,
  ...dilated,
  ...volumes,
  ...transposed,
  ...transposedVolumes,
  ...separable,
];
