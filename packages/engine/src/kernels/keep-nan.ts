// Kernels that turn a NaN into a number, made to keep it: a step that went wrong must not look right.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf, type Kernel } from './correct.js';

export function keepNaN(backendName: string, kernelNames: readonly string[]): void {
  for (const name of kernelNames) {
    correct(name, backendName, (own) => (args) => {
      const { x } = args.inputs as { x: tf.Tensor };
      if (x.size === 0 || x.dtype !== 'float32') return own(args);
      return tf.where(tf.isNaN(x), NaN, tensorOf(own(args)));
    });
  }
}

/** Maximum and Minimum: of a number and a NaN they are NaN. */
export function keepNaNOfEither(backendName: string): void {
  for (const name of [tf.Maximum, tf.Minimum]) {
    correct(name, backendName, (own) => (args) => {
      const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
      const result = tensorOf(own(args));
      if (result.dtype !== 'float32' || result.size === 0 || a.size === 0 || b.size === 0) return result;
      return tf.where(tf.logicalOr(tf.isNaN(a), tf.isNaN(b)), NaN, result);
    });
  }
}

/** MaxPool: NaN wherever a window has one. A sum tells in one pass whether the input has any: in a step that goes well it has not. */
export function keepNaNOfWindows(backendName: string): void {
  correct(tf.MaxPool, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return Number.isNaN(tf.sum(x).dataSync()[0]) ? largestOrNaN(own, args, x) : own(args);
  });
}

/** The same where a value cannot be read, or not within a recorded step: windows are gone through twice. */
export function keepNaNOfWindowsUnread(backendName: string): void {
  correct(tf.MaxPool, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return x.size === 0 || x.dtype !== 'float32' ? own(args) : largestOrNaN(own, args, x);
  });
}

function largestOrNaN(own: Kernel, args: Parameters<Kernel>[0], x: tf.Tensor): tf.Tensor {
  const isNaN = tf.isNaN(x);
  const numbers = tensorOf(own({ ...args, inputs: { ...args.inputs, x: tf.where(isNaN, -Infinity, x) } }));
  const hasNaN = tensorOf(own({ ...args, inputs: { ...args.inputs, x: tf.cast(isNaN, 'float32') } }));
  return tf.where(tf.greater(hasNaN, 0), NaN, numbers);
}
