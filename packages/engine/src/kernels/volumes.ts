// Convolutions of volumes, [batch, depth, height, width, channels], composed of those of images. tfjs 4.22 has kernels of its own: on cpu
// their padding is below 0 where a stride is larger than the window; on wasm most give whatever its memory held before.
import * as tf from '@tensorflow/tfjs-core';
import { replace } from './correct.js';
import { depthOf, placeAlongDepth, seenAlongDepth, type Depth } from './depth.js';

type Shape5D = [number, number, number, number, number];
type Triple = number | [number, number, number];

interface ConvolutionAttrs {
  strides: Triple;
  dilations?: Triple;
  pad: 'valid' | 'same' | number;
}

export function registerVolumeConvolutions(backendName: string): void {
  replace(tf.Conv3D, backendName, ({ inputs, attrs }) => {
    const { x, filter } = inputs as { x: tf.Tensor5D; filter: tf.Tensor5D };
    return convolution(x, filter, attrs as unknown as ConvolutionAttrs);
  });
  replace(tf.Conv3DBackpropInputV2, backendName, ({ inputs, attrs }) => {
    const { dy, filter } = inputs as { dy: tf.Tensor5D; filter: tf.Tensor5D };
    const { inputShape, ...rest } = attrs as unknown as ConvolutionAttrs & { inputShape: Shape5D };
    return inputGradient(dy, filter, inputShape, rest);
  });
  replace(tf.Conv3DBackpropFilterV2, backendName, ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: tf.Tensor5D; dy: tf.Tensor5D };
    const { filterShape, ...rest } = attrs as unknown as ConvolutionAttrs & { filterShape: Shape5D };
    return filterGradient(x, dy, filterShape, rest);
  });
}

/** A sum over the window's depth of convolutions of images: those that each position sees there. */
function convolution(x: tf.Tensor5D, filter: tf.Tensor5D, attrs: ConvolutionAttrs): tf.Tensor {
  const { depth, strides, dilations } = geometry(x.shape, filter.shape, attrs);
  const parts = tf
    .unstack(filter)
    .map((plane, k) =>
      tf.conv2d(images(seenAlongDepth(x, k, depth)), plane as tf.Tensor4D, strides, attrs.pad, 'NHWC', dilations),
    );
  return volumes(parts.length === 1 ? parts[0]! : tf.addN(parts), depth);
}

function inputGradient(dy: tf.Tensor5D, filter: tf.Tensor5D, shape: Shape5D, attrs: ConvolutionAttrs): tf.Tensor {
  const { depth, strides } = geometry(shape, filter.shape, attrs);
  const [batch, , height, width, channels] = shape;
  const seenShape: [number, number, number, number] = [batch * depth.positions, height, width, channels];
  const parts = tf.unstack(filter).map((plane, k) => {
    const seen = tf.conv2dTranspose(images(dy), plane as tf.Tensor4D, seenShape, strides, attrs.pad);
    return placeAlongDepth(volumes(seen, depth), k, depth);
  });
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}

function filterGradient(x: tf.Tensor5D, dy: tf.Tensor5D, shape: Shape5D, attrs: ConvolutionAttrs): tf.Tensor {
  const { depth, strides } = geometry(x.shape, shape, attrs);
  const planes = Array.from({ length: shape[0] }, (_, k) => {
    const inputs = { x: images(seenAlongDepth(x, k, depth)), dy: images(dy) };
    const planeAttrs = { strides, pad: attrs.pad, dataFormat: 'NHWC', filterShape: shape.slice(1) };
    return tf.engine().runKernel(tf.Conv2DBackpropFilter, inputs, planeAttrs) as tf.Tensor;
  });
  return tf.stack(planes);
}

/** The depth's windows, and what is left for the images. */
function geometry(
  x: Shape5D,
  filter: Shape5D,
  { strides, dilations = 1, pad }: ConvolutionAttrs,
): { depth: Depth; strides: [number, number]; dilations: [number, number] } {
  const info = tf.backend_util.computeConv3DInfo(x, filter, strides, dilations, pad);
  if (info.outDepth < 1) {
    throw new Error(
      `conv3d: a window of depth ${info.effectiveFilterDepth} does not fit into an input of depth ${info.inDepth} with pad ${pad}; ` +
        "use a smaller window, or pad 'same'.",
    );
  }
  return {
    depth: depthOf(info, pad),
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  };
}

/** [B, depth, ...] → [B · depth, ...]. */
const images = (x: tf.Tensor): tf.Tensor4D =>
  tf.reshape<tf.Rank.R4>(x, [x.shape[0]! * x.shape[1]!, x.shape[2]!, x.shape[3]!, x.shape[4]!]);

/** [B · positions, ...] → [B, positions, ...]. */
const volumes = (x: tf.Tensor, { positions }: Depth): tf.Tensor5D =>
  tf.reshape<tf.Rank.R5>(x, [x.shape[0]! / positions, positions, x.shape[1]!, x.shape[2]!, x.shape[3]!]);
