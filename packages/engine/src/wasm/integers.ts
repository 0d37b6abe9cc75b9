// Kernels of tfjs-backend-wasm 4.22 that compute with int32 as if it were float32.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from '../kernels/correct.js';
import { correctTestsOfIntegers, mapIntegers, zipIntegers } from '../kernels/integers.js';

export function correctIntegers(): void {
  correctTestsOfIntegers('wasm');
  mapIntegers(tf.Abs, 'wasm', Math.abs);
  mapIntegers(tf.Neg, 'wasm', (x) => -x);
  mapIntegers(tf.Relu6, 'wasm', (x) => Math.min(Math.max(x, 0), 6));
  zipIntegers(tf.FloorDiv, 'wasm', (a, b) => Math.floor(a / b));
  correct(tf.ClipByValue, 'wasm', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const { clipValueMin, clipValueMax } = args.attrs as unknown as tf.ClipByValueAttrs;
    if (x.dtype !== 'int32') return own(args);
    const clipped = x.dataSync<'int32'>().map((value) => Math.min(Math.max(value, clipValueMin), clipValueMax));
    return tf.tensor(clipped, x.shape, 'int32');
  });
}

/** Its Sign calls 0 what is nearer to 0 than 1e-8, and takes int32 for float32. */
export function correctSign(): void {
  correct(tf.Sign, 'wasm', () => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const zero = tf.zerosLike(x);
    const sign = tf.sub(tf.cast(tf.greater(x, zero), x.dtype), tf.cast(tf.less(x, zero), x.dtype));
    return x.dtype === 'float32' && x.size > 0 ? tf.where(tf.isNaN(x), NaN, sign) : sign;
  });
}
