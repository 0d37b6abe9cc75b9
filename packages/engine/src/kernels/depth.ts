// A volume's depth as an axis of its own: which of its images the windows of a convolution see, and the way back.
import * as tf from '@tensorflow/tfjs-core';
import { span, type Axis } from './windows.js';

export interface Depth extends Axis {
  dilation: number;
}

export function depthOf(info: tf.backend_util.Conv3DInfo, pad: 'valid' | 'same' | number): Depth {
  const axis = {
    extent: info.inDepth,
    window: info.effectiveFilterDepth,
    stride: info.strideDepth,
    positions: info.outDepth,
    dilation: info.dilationDepth,
  };
  // tfjs's own is below 0 where the stride is larger than the window.
  const same = Math.max(0, Math.floor((span({ ...axis, padding: 0 }) - axis.extent) / 2));
  return { ...axis, padding: pad === 'same' ? same : pad === 'valid' ? 0 : pad };
}

/** The images that each position sees at offset k of its window: [B, depth, ...] → [B, positions, ...]. */
export function seenAlongDepth(x: tf.Tensor, k: number, depth: Depth): tf.Tensor {
  const [batch, , ...image] = x.shape as [number, number, ...number[]];
  const flat = tf.reshape(x, [batch, depth.extent, -1]);
  const padded = tf.pad(flat, [
    [0, 0],
    [depth.padding, after(depth)],
    [0, 0],
  ]);
  const start = k * depth.dilation;
  const end = start + (depth.positions - 1) * depth.stride + 1;
  const seen = tf.stridedSlice(padded, [0, start, 0], [batch, end, flat.shape[2]!], [1, depth.stride, 1]);
  return tf.reshape(seen, [batch, depth.positions, ...image]);
}

/** The adjoint of `seenAlongDepth`: each image lands where it was seen, zeros elsewhere. */
export function placeAlongDepth(seen: tf.Tensor, k: number, depth: Depth): tf.Tensor {
  const [batch, , ...image] = seen.shape as [number, number, ...number[]];
  const { positions, stride } = depth;
  const each = tf.reshape(seen, [batch, positions, 1, -1]);
  const size = each.shape[3]!;
  const spread = tf.reshape(
    tf.pad(each, [
      [0, 0],
      [0, 0],
      [0, stride - 1],
      [0, 0],
    ]),
    [batch, -1, size],
  );
  const start = k * depth.dilation;
  const length = (positions - 1) * stride + 1;
  const cut = tf.slice(spread, [0, 0, 0], [batch, length, size]);
  const whole = depth.padding + depth.extent + after(depth);
  const placed = tf.pad(cut, [
    [0, 0],
    [start, whole - start - length],
    [0, 0],
  ]);
  return tf.reshape(tf.slice(placed, [0, depth.padding, 0], [batch, depth.extent, size]), [
    batch,
    depth.extent,
    ...image,
  ]);
}

/** Elements of padding after the input that the last window reaches into. */
const after = (depth: Depth): number => Math.max(0, span(depth) - depth.padding - depth.extent);
