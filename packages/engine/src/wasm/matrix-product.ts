// Products with a transposed operand: wasm's kernel computes them by a slow loop, up to 40 times as slow as its plain product. A transpose
// is cheap.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from '../kernels/correct.js';

export function quickenTransposedProducts(backendName: string): void {
  correct(tf.BatchMatMul, backendName, (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = args.attrs as unknown as tf.BatchMatMulAttrs;
    if (!transposeA && !transposeB) return own(args);
    const left = transposeA ? transpose(a) : a;
    if (!transposeB) return tf.matMul(left, b);
    // For a b that is larger than a, (b · aᵀ)ᵀ: then a and the result are transposed, and not b.
    return b.size > a.size ? transpose(tf.matMul(b, transpose(left))) : tf.matMul(left, transpose(b));
  });
}

/** The transpose of each matrix, [..., m, n] → [..., n, m]. */
function transpose(x: tf.Tensor): tf.Tensor {
  const last = x.rank - 1;
  return tf.transpose(
    x,
    [...x.shape.keys()].map((axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis)),
  );
}
