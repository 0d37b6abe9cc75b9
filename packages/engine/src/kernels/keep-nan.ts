// Kernels that turn a NaN into a number, made to keep it: a step that went wrong must not look right.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from './correct.js';

export function keepNaN(backendName: string, kernelNames: readonly string[]): void {
  for (const name of kernelNames) {
    correct(name, backendName, (own) => (args) => {
      const { x } = args.inputs as { x: tf.Tensor };
      return tf.where(tf.isNaN(x), NaN, tensorOf(own(args)));
    });
  }
}
