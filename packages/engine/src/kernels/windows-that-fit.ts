// Windows larger than the input, with no padding: what comes out has a shape below 0 by tfjs, or uninitialised numbers by oneDNN. Refused.
import * as tf from '@tensorflow/tfjs-core';
import { convolutionInfo } from './convolution-info.js';
import { correct } from './correct.js';

const OPS = [
  { kernelName: tf.Conv2D, op: 'conv2d' },
  { kernelName: tf.FusedConv2D, op: 'fused.conv2d' },
  { kernelName: tf.DepthwiseConv2dNative, op: 'depthwiseConv2d' },
  { kernelName: tf.FusedDepthwiseConv2D, op: 'fused.depthwiseConv2d' },
  { kernelName: tf.MaxPool, op: 'maxPool' },
  { kernelName: tf.AvgPool, op: 'avgPool' },
];

export function refuseWindowsThatDoNotFit(backendName: string): void {
  for (const { kernelName, op } of OPS) {
    correct(kernelName, backendName, (own) => (args) => {
      const { x, filter } = args.inputs as { x: tf.Tensor4D; filter?: tf.Tensor4D };
      const attrs = args.attrs as unknown as tf.MaxPoolAttrs;
      const info = filter ? convolutionInfo(kernelName, x.shape, filter.shape, attrs) : pool(x, attrs);
      if (info.outHeight < 1 || info.outWidth < 1) {
        throw new Error(
          `${op}: a window of ${info.effectiveFilterHeight} × ${info.effectiveFilterWidth} (dilation included) does not fit into an ` +
            `input of ${info.inHeight} × ${info.inWidth} with pad ${JSON.stringify(attrs.pad)}; use a smaller window, or pad 'same'.`,
        );
      }
      return own(args);
    });
  }
}

const pool = (
  x: tf.Tensor4D,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs,
): tf.backend_util.Conv2DInfo =>
  tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
