// Random numbers that are a function of a seed: the same on every backend, and new at every run of a recorded step whose seed is an input.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, op, runOp } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';
import { philox, type Counter, type Key } from './philox.js';

export interface StatelessOptions {
  /**
   * Two int32, as numbers or as an int32 tensor [2]. Any two seeds, such as [run, step], give numbers that have nothing to do with each
   * other.
   */
  seed: readonly [number, number] | tf.Tensor1D;
}

/** Uniform in [0, 1), float32, with 23 random bits. Outside the tensorflow backend a seed that is a tensor is read synchronously. */
export function statelessUniform<R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  options: StatelessOptions,
): tf.Tensor<R> {
  return draw('StatelessRandomUniform', shape, options, (words) => words.map(unitInterval));
}

/** Normal of mean 0 and variance 1, float32, by Box and Muller (1958); equal across backends up to the rounding of their log and sine. */
export function statelessNormal<R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  options: StatelessOptions,
): tf.Tensor<R> {
  return draw('StatelessRandomNormal', shape, options, ([a, b, c, d]) => [...boxMuller(a!, b!), ...boxMuller(c!, d!)]);
}

function draw<R extends tf.Rank>(
  name: string,
  shape: tf.ShapeMap[R],
  { seed }: StatelessOptions,
  fromWords: (words: number[]) => number[],
): tf.Tensor<R> {
  return tf.tidy(() => {
    if (!activeTensorFlow())
      return tf.tensor(valuesOf(tf.util.sizeFromShape(shape), seedValues(seed), fromWords), shape, 'float32');
    const attributes = [
      op.type('dtype', dtypes.TF_FLOAT),
      op.type('T', dtypes.TF_INT32),
      op.type('Tseed', dtypes.TF_INT32),
    ];
    return runOp(name, attributes, [
      tf.tensor1d(shape, 'int32'),
      seed instanceof tf.Tensor ? seed : tf.tensor1d([...seed], 'int32'),
    ])[0]!;
  }) as tf.Tensor<R>;
}

function seedValues(seed: StatelessOptions['seed']): readonly [number, number] {
  return (seed instanceof tf.Tensor ? Array.from(seed.dataSync()) : seed) as [number, number];
}

/** Four numbers a counter, as TensorFlow's CPU and GPU kernels lay them out (core/kernels/stateless_random_ops.cc, GenerateKey). */
function valuesOf(
  size: number,
  seed: readonly [number, number],
  fromWords: (words: number[]) => number[],
): Float32Array {
  const [low0, low1] = [seed[0] | 0, seed[1] | 0];
  const mixed = philox([low0, low0 >> 31, low1, low1 >> 31], SCRAMBLER);
  const key: Key = [mixed[0], mixed[1]];
  const values = new Float32Array(size);
  for (let at = 0; at < size; at += 4) {
    const counter: Counter = [at / 4, 0, mixed[2], mixed[3]];
    values.set(fromWords(philox(counter, key)).slice(0, size - at), at);
  }
  return values;
}

/** A user's seeds are small numbers; this key spreads them over all bits. */
const SCRAMBLER: Key = [0x3ec8f720, 0x02461e29];

/** The word's lower 23 bits as the mantissa of a float in [1, 2), less 1. */
const unitInterval = (word: number) => (word & 0x7fffff) / 2 ** 23;

const LEAST = 1e-7; // instead of the logarithm of 0

function boxMuller(a: number, b: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(Math.max(unitInterval(a), LEAST)));
  const angle = 2 * Math.PI * unitInterval(b);
  return [Math.sin(angle) * radius, Math.cos(angle) * radius];
}
