// Inputs of conformance cases: fixed numbers, chosen so that no case sits on a kink or a tie.
import * as tf from '@tensorflow/tfjs-core';
import { numbers, type InputSpec } from '../op-case.js';

/** float32 in ±[0.1, 2]. */
export function floats(shape: number[], seed = 1): InputSpec {
  return { shape, dtype: 'float32', values: numbers(tf.util.sizeFromShape(shape), seed) };
}

/** float32 in [0.1, 2]. */
export function positive(shape: number[], seed = 1): InputSpec {
  const { values, ...rest } = floats(shape, seed);
  return { ...rest, values: values.map(Math.abs) };
}

/** int32 in [0, below). */
export function integers(shape: number[], below: number, seed = 1): InputSpec {
  const values = numbers(tf.util.sizeFromShape(shape), seed).map((x) => Math.floor(((x + 2) / 4) * below));
  return { shape, dtype: 'int32', values };
}

export function bools(shape: number[], seed = 1): InputSpec {
  return { shape, dtype: 'bool', values: numbers(tf.util.sizeFromShape(shape), seed).map((x) => Number(x > 0)) };
}

export function exactly(values: number[], dtype: InputSpec['dtype'] = 'float32', shape = [values.length]): InputSpec {
  return { shape, dtype, values };
}
