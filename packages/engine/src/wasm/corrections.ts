// Kernels that tfjs-backend-wasm 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from '../kernels/correct.js';

/** wasm's Cast to bool keeps the low byte of each number (2.9 becomes 2, 0.4 becomes 0): true is whatever is not 0. */
export function correctCast(backendName: string): void {
  correct(tf.Cast, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return args.attrs['dtype'] === 'bool' && x.dtype !== 'bool' ? tf.notEqual(x, tf.scalar(0, x.dtype)) : own(args);
  });
}

/**
 * wasm's OneHot writes int32 whatever the dtype (read as float32, 1 is 1.4e-45; of bool it writes beyond what it was given), and so it does
 * for an index that is out of range, which elsewhere gives a row without a one.
 */
export function correctOneHot(backendName: string): void {
  correct(tf.OneHot, backendName, () => ({ inputs, attrs }) => {
    const { indices } = inputs as { indices: tf.Tensor };
    const { dtype, depth, onValue, offValue } = attrs as unknown as tf.OneHotAttrs;
    const isOn = tf.equal(tf.expandDims(indices, -1), tf.range(0, depth, 1, 'int32'));
    if (dtype === 'bool') return select(isOn, onValue !== 0, offValue !== 0);
    const [on, off] = dtype === 'int32' ? [Math.trunc(onValue), Math.trunc(offValue)] : [onValue, offValue];
    return tf.add(tf.mul(tf.cast(isOn, dtype), tf.scalar(on - off, dtype)), tf.scalar(off, dtype));
  });
}

function select(condition: tf.Tensor, on: boolean, off: boolean): tf.Tensor {
  if (on === off) return tf.fill(condition.shape, on ? 1 : 0, 'bool' as 'int32');
  return on ? tf.clone(condition) : tf.logicalNot(condition);
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
