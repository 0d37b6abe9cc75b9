// Powers of NaN, infinities, 1 and 0 as IEEE 754 has them (9.2.1), and with it C, NumPy and TensorFlow.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from './correct.js';

/** In JavaScript 1 to the power of NaN is NaN, and so is ±1 to the power of an infinity: here 1. */
export function correctPowersOfOne(): void {
  correct(tf.Pow, 'cpu', (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    const power = tensorOf(own(args));
    return power.dtype === 'float32' && power.size > 0 ? tf.where(isOne(a, b), 1, power) : power;
  });
}

/** In webgpu's shader NaN to the 0 is NaN, too, 0 to the 1e-30 is 1 and to the −1 is 0, and −∞ to what is not whole is NaN. */
export function correctPowersInShaders(): void {
  correct(tf.Pow, 'webgpu', (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || a.size === 0 || b.size === 0) return own(args);
    const base = tf.where(tf.logicalAnd(tf.isInf(a), tf.notEqual(tf.floor(b), b)), tf.abs(a), a);
    const power = tensorOf(own({ ...args, inputs: { a: base, b } }));
    const ofZero = tf.where(tf.less(b, 0), Infinity, tf.where(tf.greater(b, 0), 0, NaN));
    const isUnit = tf.logicalOr(isOne(a, b), tf.equal(b, 0));
    return tf.where(isUnit, 1, tf.where(tf.equal(a, 0), ofZero, power));
  });
}

const isOne = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.logicalOr(tf.equal(a, 1), tf.logicalAnd(tf.equal(tf.abs(a), 1), tf.isInf(b)));
