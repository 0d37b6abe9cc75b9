// Sums over no elements are 0: in wasm they are whatever its memory held before, in webgpu an error.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

export function correctEmptySums(backendName: string): void {
  correct(tf.Sum, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    if (x.size > 0) return own(args);
    const { axis, keepDims } = args.attrs as unknown as tf.SumAttrs;
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const [shape] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    return tf.zeros(
      keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape,
      x.dtype === 'bool' ? 'int32' : x.dtype,
    );
  });
  correct(tf.BatchMatMul, backendName, (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    if (a.size > 0 && b.size > 0) return own(args);
    const { transposeA, transposeB } = args.attrs as unknown as tf.BatchMatMulAttrs;
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return tf.zeros([...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
  });
}
