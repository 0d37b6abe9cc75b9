// Gradients of resizing. tfjs 4.22 computes them as if half pixel centres were not asked for, and on cpu confuses height with width.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from './correct.js';

interface ResizeAttrs {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

/** cpu's gradient of the nearest neighbour knows the first example only; wasm's and webgpu's are 0 where a single row is aligned. */
const WRONG_NEAREST = new Set(['cpu', 'wasm', 'webgpu']);
/** webgpu's is 0 there, too. */
const WRONG_BILINEAR = new Set(['webgpu']);

export function correctResizeGradients(backendName: string): void {
  correct(tf.ResizeBilinearGrad, backendName, (own) => (args) => {
    const { images, dy } = args.inputs as { images: tf.Tensor4D; dy: tf.Tensor4D };
    const attrs = args.attrs as unknown as ResizeAttrs;
    if (attrs.halfPixelCenters || WRONG_BILINEAR.has(backendName)) return gradient(images, dy, attrs, between);
    return tf.reshape(tensorOf(own(args)), images.shape); // cpu's values are right, its shape is not
  });
  correct(tf.ResizeNearestNeighborGrad, backendName, (own) => (args) => {
    const { images, dy } = args.inputs as { images: tf.Tensor4D; dy: tf.Tensor4D };
    const attrs = args.attrs as unknown as ResizeAttrs;
    const isWrong = attrs.halfPixelCenters || WRONG_NEAREST.has(backendName);
    return isWrong ? gradient(images, dy, attrs, nearest) : own(args);
  });
}

/** Of Y = R X Cᵀ for each channel, where row i of R says which rows of X make up row i of Y: Rᵀ dY C. */
function gradient(images: tf.Tensor4D, dy: tf.Tensor4D, attrs: ResizeAttrs, weights: Weights): tf.Tensor {
  const [batch, height, width, channels] = images.shape;
  const [, newHeight, newWidth] = dy.shape;
  const rows = tf.reshape(dy, [batch, newHeight, newWidth * channels]);
  const R = tf.tile(tf.expandDims(matrix(newHeight, height, attrs, weights), 0), [batch, 1, 1]);
  const shrunk = tf.reshape(tf.matMul(R, rows, true), [batch * height, newWidth, channels]); // [B · h, W, c]
  const C = tf.tile(tf.expandDims(matrix(newWidth, width, attrs, weights), 0), [batch * height, 1, 1]);
  return tf.reshape(tf.matMul(C, shrunk, true), images.shape);
}

/** Which elements of the old axis one of the new axis is made of, that lies at `place` on the old one, and in which parts. */
type Weights = (place: number, extent: number, attrs: ResizeAttrs) => [index: number, weight: number][];

const between: Weights = (place, extent) => {
  const low = Math.floor(place);
  return [
    [inside(low, extent), 1 - (place - low)],
    [inside(low + 1, extent), place - low],
  ];
};

const nearest: Weights = (place, extent, { alignCorners, halfPixelCenters }) => [
  [inside(alignCorners ? Math.round(place) : Math.floor(halfPixelCenters ? place + 0.5 : place), extent), 1],
];

const inside = (index: number, extent: number) => Math.min(Math.max(index, 0), extent - 1);

/** [newExtent, extent]. */
function matrix(newExtent: number, extent: number, attrs: ResizeAttrs, weights: Weights): tf.Tensor2D {
  const { alignCorners, halfPixelCenters } = attrs;
  const values = new Float32Array(newExtent * extent);
  const scale = alignCorners && newExtent > 1 ? (extent - 1) / (newExtent - 1) : extent / newExtent;
  for (let i = 0; i < newExtent; i++) {
    const place = halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
    for (const [index, weight] of weights(place, extent, attrs)) values[i * extent + index]! += weight;
  }
  return tf.tensor2d(values, [newExtent, extent]);
}
