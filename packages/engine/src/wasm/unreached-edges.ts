// Convolutions whose last window ends before the input does: XNNPACK, which wasm's kernels call, takes the difference for padding below 0,
// computes nothing and says nothing. Without the edge that no window reaches, the result is the same, and right.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from '../kernels/correct.js';
import { reached } from '../kernels/windows.js';

type Shape4D = [number, number, number, number];

interface ConvolutionAttrs {
  strides: number | [number, number];
  dilations?: number | [number, number];
  pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function cutUnreachedEdges(backendName: string): void {
  const kernels = [
    { name: tf.Conv2D, depthwise: false },
    { name: tf.FusedConv2D, depthwise: false },
    { name: tf.DepthwiseConv2dNative, depthwise: true },
    { name: tf.FusedDepthwiseConv2D, depthwise: true },
  ];
  for (const { name, depthwise } of kernels) {
    correct(name, backendName, (own) => (args) => {
      const { x, filter } = args.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      const shape = reachedShape(x.shape, filter.shape, args.attrs as unknown as ConvolutionAttrs, depthwise);
      if (!shape) return own(args);
      return own({ ...args, inputs: { ...args.inputs, x: tf.slice(x, [0, 0, 0, 0], shape) } });
    });
  }
  correct(tf.Conv2DBackpropInput, backendName, (own) => (args) => {
    const { filter } = args.inputs as { filter: tf.Tensor4D };
    const { inputShape } = args.attrs as unknown as { inputShape: Shape4D };
    const shape = reachedShape(inputShape, filter.shape, args.attrs as unknown as ConvolutionAttrs, false);
    if (!shape) return own(args);
    const gradient = tensorOf(own({ ...args, attrs: { ...args.attrs, inputShape: shape } }));
    return tf.pad(
      gradient,
      inputShape.map((extent, axis) => [0, extent - shape[axis]!] as [number, number]),
    );
  });
}

/** The shape of the part that windows reach, or undefined where that is all. */
function reachedShape(
  x: Shape4D,
  filter: Shape4D,
  { strides, dilations = 1, pad, dimRoundingMode }: ConvolutionAttrs,
  depthwise: boolean,
): Shape4D | undefined {
  if (pad !== 'same') return undefined;
  const info = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, depthwise);
  const height = reached({
    extent: info.inHeight,
    window: info.effectiveFilterHeight,
    stride: info.strideHeight,
    positions: info.outHeight,
    padding: info.padInfo.top,
  });
  const width = reached({
    extent: info.inWidth,
    window: info.effectiveFilterWidth,
    stride: info.strideWidth,
    positions: info.outWidth,
    padding: info.padInfo.left,
  });
  return height < info.inHeight || width < info.inWidth ? [x[0], height, width, x[3]] : undefined;
}
