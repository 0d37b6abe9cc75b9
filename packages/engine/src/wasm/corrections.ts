// Kernels that tfjs-backend-wasm 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from '../kernels/correct.js';

/** wasm's Cast to bool keeps the low byte of each number (2.9 becomes 2, 0.4 becomes 0): true is whatever is not 0. */
export function correctCast(backendName: string): void {
  correct(tf.Cast, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return args.attrs['dtype'] === 'bool' && x.dtype !== 'bool' ? tf.notEqual(x, tf.scalar(0, x.dtype)) : own(args);
  });
}

/** wasm's OneHot writes int32 whatever the dtype: read as float32, 1 is 1.4e-45. */
export function correctOneHot(backendName: string): void {
  correct(tf.OneHot, backendName, (own) => (args) => {
    const { dtype, onValue, offValue } = args.attrs as unknown as tf.OneHotAttrs;
    if (dtype !== 'float32') return own(args);
    const ones = own({ ...args, attrs: { ...args.attrs, dtype: 'int32', onValue: 1, offValue: 0 } });
    return tf.add(tf.mul(tf.cast(tensorOf(ones), 'float32'), onValue - offValue), offValue);
  });
}

/**
 * wasm's MaxPoolGrad overlooks windows without a positive number. Which element is the largest does not change when all are raised above 0.
 */
export function correctMaxPoolGradient(backendName: string): void {
  correct(tf.MaxPoolGrad, backendName, (own) => (args) => {
    const { input } = args.inputs as { input: tf.Tensor };
    return own({ ...args, inputs: { ...args.inputs, input: tf.add(tf.sub(input, tf.min(input)), 1) } });
  });
}
