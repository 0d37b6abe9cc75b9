// UnsortedSegmentSum, the gradient of gather, as a product with a one-hot matrix: for backends that have no kernel of their own.
import * as tf from '@tensorflow/tfjs-core';

export function registerUnsortedSegmentSum(backendName: string): void {
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor1D };
      const numSegments = (attrs as unknown as tf.UnsortedSegmentSumAttrs).numSegments;
      return tf.tidy(() => {
        const rows = tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;
        const oneHot = tf.cast(tf.oneHot(segmentIds, numSegments), 'float32') as tf.Tensor2D; // [rows, segments]
        return tf.reshape(tf.matMul(oneHot, rows, true, false), [numSegments, ...x.shape.slice(1)]);
      });
    },
  });
}
