// AvgPoolGrad of tfjs 4.22, on all its own backends, divides by the window's whole size; AvgPool divides by the elements of it that are not
// padding.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

export function correctAveragePoolGradient(backendName: string): void {
  correct(tf.AvgPoolGrad, backendName, (own) => (args) => {
    const { dy, input } = args.inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
    const { filterSize, strides, pad, dimRoundingMode } = args.attrs as unknown as tf.AvgPoolAttrs;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const rows = elementsInWindows(
      info.outHeight,
      info.strideHeight,
      info.filterHeight,
      info.padInfo.top,
      info.inHeight,
    );
    const columns = elementsInWindows(
      info.outWidth,
      info.strideWidth,
      info.filterWidth,
      info.padInfo.left,
      info.inWidth,
    );
    const elements = tf.mul(tf.reshape(rows, [-1, 1, 1]), tf.reshape(columns, [1, -1, 1])); // [outHeight, outWidth, 1]
    return own({
      ...args,
      inputs: { ...args.inputs, dy: tf.div(tf.mul(dy, info.filterHeight * info.filterWidth), elements) },
    });
  });
}

/** How many elements of each window along one axis are not padding. */
function elementsInWindows(
  windows: number,
  stride: number,
  size: number,
  padding: number,
  extent: number,
): tf.Tensor1D {
  return tf.tensor1d(
    Array.from({ length: windows }, (_, i) => {
      const start = i * stride - padding;
      return Math.min(start + size, extent) - Math.max(start, 0);
    }),
  );
}
