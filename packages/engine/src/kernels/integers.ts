// Kernels of int32 that backends compute as if it were float32: they lose digits from 2²⁴ on, or read the bits of one as those of the
// other. What is done here is right modulo 2³², as TensorFlow's kernels are.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

/** Computes a kernel of one int32 tensor number by number, where the values of tensors are in reach of JavaScript. */
export function mapIntegers(kernelName: string, backendName: string, f: (x: number) => number): void {
  correct(kernelName, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return x.dtype === 'int32' ? tf.tensor(x.dataSync<'int32'>().map(f), x.shape, 'int32') : own(args);
  });
}

/** The same for two operands that are broadcast. */
export function zipIntegers(kernelName: string, backendName: string, f: (a: number, b: number) => number): void {
  correct(kernelName, backendName, (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    if (a.dtype !== 'int32' || b.dtype !== 'int32') return own(args);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const values = (x: tf.Tensor) => tf.broadcastTo(x, shape).dataSync<'int32'>();
    const right = values(b);
    const results = values(a).map((value, i) => f(value, right[i]!));
    return tf.tensor(results, shape, 'int32');
  });
}

/** A whole number is finite; as a float, −1 has the bits of a NaN. */
export function correctTestsOfIntegers(backendName: string): void {
  for (const [name, answer] of [
    [tf.IsNan, 0],
    [tf.IsInf, 0],
    [tf.IsFinite, 1],
  ] as const) {
    correct(name, backendName, (own) => (args) => {
      const { dtype, shape } = args.inputs['x']!;
      return dtype === 'int32' ? tf.fill(shape, answer, 'bool' as 'int32') : own(args);
    });
  }
}

export function correctIntegersOfCpu(): void {
  mapIntegers(tf.Abs, 'cpu', Math.abs);
  mapIntegers(tf.Square, 'cpu', (x) => Math.imul(x, x));
  zipIntegers(tf.Multiply, 'cpu', Math.imul);
  zipIntegers(tf.SquaredDifference, 'cpu', (a, b) => Math.imul(a - b, a - b));
}
