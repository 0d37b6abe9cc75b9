// wasm's Prelu takes a slope of x's shape or of its last axes; with any other it reads past the end of one of them.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from '../kernels/correct.js';

export function correctPrelu(backendName: string): void {
  correct(tf.Prelu, backendName, (own) => (args) => {
    const { x, alpha } = args.inputs as { x: tf.Tensor; alpha: tf.Tensor };
    const fits = x.shape.slice(x.rank - alpha.rank).join() === alpha.shape.join();
    return fits ? own(args) : tf.where(tf.greaterEqual(x, 0), tf.mul(x, tf.onesLike(alpha)), tf.mul(alpha, x));
  });
}
