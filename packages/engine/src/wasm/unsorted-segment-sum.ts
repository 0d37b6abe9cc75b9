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
        // Not tf.oneHot, which refuses a single segment.
        const inSegment = tf.equal(tf.expandDims(segmentIds, 1), tf.range(0, numSegments, 1, 'int32'));
        const oneHot = tf.cast(inSegment, 'float32') as tf.Tensor2D; // [rows, segments]
        return tf.reshape(tf.matMul(oneHot, rows, true, false), [numSegments, ...x.shape.slice(1)]);
      });
    },
  });
}
