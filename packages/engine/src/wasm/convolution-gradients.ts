// Gradients of convolutions composed from slices and products, for backends without kernels for them: a convolution is a sum over the
// offsets of its window, and so is each of its gradients.
import * as tf from '@tensorflow/tfjs-core';
import { convolutionInfo } from '../kernels/convolution-info.js';

type ConvInfo = tf.backend_util.Conv2DInfo;

export function registerConvolutionGradients(backendName: string): void {
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const info = convolutionInfo(tf.Conv2DBackpropFilter, x.shape, filterShape, attrs);
      return tf.tidy(() => filterGradient(x, dy, info));
    },
  });
  tf.registerKernel({
    kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
      const info = convolutionInfo(tf.DepthwiseConv2dNativeBackpropFilter, x.shape, filterShape, attrs);
      return tf.tidy(() => depthwiseFilterGradient(x, dy, info));
    },
  });
  tf.registerKernel({
    kernelName: tf.DepthwiseConv2dNativeBackpropInput,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      const { inputShape } = attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
      const info = convolutionInfo(tf.DepthwiseConv2dNativeBackpropInput, inputShape, filter.shape, attrs);
      return tf.tidy(() => depthwiseInputGradient(dy, filter, info));
    },
  });
}

/** ∂/∂filter[i, j] = (x seen through window offset (i, j))ᵀ · dy, over batch and positions. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const padded = padInput(x, info);
  const rows = tf.reshape(dy, [-1, info.outChannels]);
  const offsets = windowOffsets(info).map((offset) => {
    const seen = tf.reshape(window(padded, offset, info), [-1, info.inChannels]);
    return tf.matMul(seen, rows, true, false); // [inChannels, outChannels]
  });
  return tf.reshape(tf.stack(offsets), [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels]);
}

/** As above, channel by channel: the sum over batch and positions of x · dy. */
function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const multiplier = info.outChannels / info.inChannels;
  const padded = padInput(x, info);
  const grouped = tf.reshape(dy, [-1, info.inChannels, multiplier]);
  const offsets = windowOffsets(info).map((offset) => {
    const seen = tf.reshape(window(padded, offset, info), [-1, info.inChannels, 1]);
    return tf.sum(tf.mul(seen, grouped), 0);
  });
  return tf.reshape(tf.stack(offsets), [info.filterHeight, info.filterWidth, info.inChannels, multiplier]);
}

/** Each dy, weighted by the filter's value at (i, j), lands where the window at offset (i, j) saw the input. */
function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const multiplier = info.outChannels / info.inChannels;
  const spread = dilate(
    tf.reshape<tf.Rank.R5>(dy, [dy.shape[0], dy.shape[1], dy.shape[2], info.inChannels, multiplier]),
    info,
  );
  const height = paddedHeight(info);
  const width = paddedWidth(info);
  const parts = windowOffsets(info).map(([i, j]) => {
    const weights = tf.reshape(tf.slice(filter, [i, j, 0, 0], [1, 1, -1, -1]), [info.inChannels, multiplier]);
    const value = tf.sum(tf.mul(spread, weights), 4) as tf.Tensor4D;
    const top = i * info.dilationHeight;
    const left = j * info.dilationWidth;
    return tf.pad(value, [
      [0, 0],
      [top, height - value.shape[1] - top],
      [left, width - value.shape[2] - left],
      [0, 0],
    ]);
  });
  const sum = tf.addN(parts) as tf.Tensor4D;
  return tf.slice(sum, [0, info.padInfo.top, info.padInfo.left, 0], [-1, info.inHeight, info.inWidth, -1]);
}

/** Puts stride − 1 zeros between neighbouring positions. */
function dilate(x: tf.Tensor5D, { strideHeight, strideWidth }: ConvInfo): tf.Tensor5D {
  const [batch, height, width, channels, multiplier] = x.shape;
  const columns = tf.pad(tf.reshape(x, [batch * height, width, 1, channels * multiplier]), [
    [0, 0],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const wide = width * strideWidth;
  const rows = tf.pad(tf.reshape(columns, [batch, height, 1, wide * channels * multiplier]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
  ]);
  const all = tf.reshape(rows, [batch, height * strideHeight, wide, channels, multiplier]);
  return tf.slice(
    all,
    [0, 0, 0, 0, 0],
    [-1, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, -1, -1],
  ) as tf.Tensor5D;
}

function windowOffsets({ filterHeight, filterWidth }: ConvInfo): [number, number][] {
  return Array.from({ length: filterHeight * filterWidth }, (_, k) => [Math.floor(k / filterWidth), k % filterWidth]);
}

/** The inputs that each output position sees at one offset of its window: [B, outHeight, outWidth, inChannels]. */
function window(padded: tf.Tensor4D, [i, j]: [number, number], info: ConvInfo): tf.Tensor {
  const top = i * info.dilationHeight;
  const left = j * info.dilationWidth;
  return tf.stridedSlice(
    padded,
    [0, top, left, 0],
    [
      padded.shape[0],
      top + (info.outHeight - 1) * info.strideHeight + 1,
      left + (info.outWidth - 1) * info.strideWidth + 1,
      info.inChannels,
    ],
    [1, info.strideHeight, info.strideWidth, 1],
  );
}

function padInput(x: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const {
    inHeight,
    inWidth,
    padInfo: { top, left },
  } = info;
  return tf.pad(x, [
    [0, 0],
    [top, paddedHeight(info) - top - inHeight],
    [left, paddedWidth(info) - left - inWidth],
    [0, 0],
  ]);
}

// Where the number of positions was rounded up, the last windows reach beyond the padding.
const paddedHeight = ({
  inHeight,
  outHeight,
  strideHeight,
  effectiveFilterHeight,
  padInfo: { top, bottom },
}: ConvInfo) => Math.max(top + inHeight + bottom, (outHeight - 1) * strideHeight + effectiveFilterHeight);
const paddedWidth = ({ inWidth, outWidth, strideWidth, effectiveFilterWidth, padInfo: { left, right } }: ConvInfo) =>
  Math.max(left + inWidth + right, (outWidth - 1) * strideWidth + effectiveFilterWidth);
