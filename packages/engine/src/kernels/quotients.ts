// FloorDiv of float32 as float32: cpu and webgpu give int32, in which a quotient that is NaN, infinite or above 2³¹ is another number.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

export function keepFloatQuotients(backendName: string): void {
  correct(tf.FloorDiv, backendName, (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    return a.dtype === 'float32' ? tf.floor(tf.div(a, b)) : own(args);
  });
}
