// What TensorFlow's kernels get wrong, put right: found by test/op-sweep-*.slow.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { CONVOLUTIONS, convolutionInfo } from '../kernels/convolution-info.js';
import { correct } from '../kernels/correct.js';

/**
 * oneDNN leaves rows of the result uninitialised where it is one column wide and strides differ. The stride along a single column says
 * nothing: with the input padded and cut to that column's window, both strides may be the other one. Of no images, Conv2D has
 * the shape of its input.
 */
export function correctConvolutions(): void {
  for (const kernelName of CONVOLUTIONS) {
    correct(kernelName, 'tensorflow', (own) => (args) => {
      const { x, filter } = args.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      const info = convolutionInfo(kernelName, x.shape, filter.shape, args.attrs);
      if (x.shape[0] === 0) return tf.zeros(info.outShape);
      if (info.outWidth !== 1 || info.strideWidth === info.strideHeight) return own(args);
      const seen = singleColumn(x, info);
      const attrs = { ...args.attrs, strides: [info.strideHeight, info.strideHeight], pad: 'valid' };
      return own({ ...args, inputs: { ...args.inputs, x: seen }, attrs });
    });
  }
}

/** TensorFlow's Mean takes int32 for a rounded one, and tfjs-node names float32 as the type of what it does not cast. */
export function correctIntegerMeans(): void {
  correct(tf.Mean, 'tensorflow', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    if (x.dtype !== 'int32' && x.dtype !== 'bool') return own(args);
    return own({ ...args, inputs: { x: tf.cast(x, 'float32') } });
  });
}

/** tfjs-node rounds int32 to 0, and TensorFlow has no Step of it. */
export function correctRoundedIntegers(): void {
  correct(tf.Round, 'tensorflow', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return x.dtype === 'int32' ? tf.clone(x) : own(args);
  });
  correct(tf.Step, 'tensorflow', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const { alpha } = args.attrs as unknown as tf.StepAttrs;
    if (x.dtype !== 'int32') return own(args);
    return tf.where(tf.greater(x, tf.scalar(0, 'int32')), tf.scalar(1, 'int32'), tf.scalar(Math.trunc(alpha), 'int32'));
  });
}

/** What the windows of one column of positions see, padding included. */
function singleColumn(x: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const width = info.effectiveFilterWidth;
  const padded = tf.pad(x, [
    [0, 0],
    [top, Math.max(0, height - top - info.inHeight)],
    [left, Math.max(0, width - left - info.inWidth)],
    [0, 0],
  ]);
  return tf.slice(padded, [0, 0, 0, 0], [x.shape[0], height, width, x.shape[3]]);
}
