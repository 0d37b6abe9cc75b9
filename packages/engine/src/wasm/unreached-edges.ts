// Convolutions whose last window ends before the input does: XNNPACK, which wasm's kernels call, takes the difference for padding below 0,
// computes nothing and says nothing. Without the edge that no window reaches, the result is the same, and right.
import * as tf from '@tensorflow/tfjs-core';
import { CONVOLUTIONS, convolutionInfo, type ConvolutionAttrs } from '../kernels/convolution-info.js';
import { correct, tensorOf } from '../kernels/correct.js';
import { reached } from '../kernels/windows.js';

type Shape4D = [number, number, number, number];

export function cutUnreachedEdges(backendName: string): void {
  for (const name of CONVOLUTIONS) {
    correct(name, backendName, (own) => (args) => {
      const { x, filter } = args.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      const shape = reachedShape(name, x.shape, filter.shape, args.attrs);
      if (!shape) return own(args);
      return own({ ...args, inputs: { ...args.inputs, x: tf.slice(x, [0, 0, 0, 0], shape) } });
    });
  }
  correct(tf.Conv2DBackpropInput, backendName, (own) => (args) => {
    const { filter } = args.inputs as { filter: tf.Tensor4D };
    const { inputShape } = args.attrs as unknown as { inputShape: Shape4D };
    const shape = reachedShape(tf.Conv2DBackpropInput, inputShape, filter.shape, args.attrs);
    if (!shape) return own(args);
    const gradient = tensorOf(own({ ...args, attrs: { ...args.attrs, inputShape: shape } }));
    return tf.pad(
      gradient,
      inputShape.map((extent, axis) => [0, extent - shape[axis]!] as [number, number]),
    );
  });
}

/** The shape of the part that windows reach, or undefined where that is all. */
function reachedShape(kernelName: string, x: Shape4D, filter: Shape4D, attrs: tf.NamedAttrMap): Shape4D | undefined {
  if ((attrs as unknown as ConvolutionAttrs).pad !== 'same') return undefined;
  const info = convolutionInfo(kernelName, x, filter, attrs);
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
