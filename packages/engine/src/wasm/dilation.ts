// wasm's morphological dilations take the smallest positive float for the smallest: of negative sums the largest comes out as 1.2e-38.
// Which element is the largest, and by how much, does not change when all are raised above 0.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from '../kernels/correct.js';

export function correctDilations(backendName: string): void {
  for (const name of [tf.Dilation2D, tf.Dilation2DBackpropInput, tf.Dilation2DBackpropFilter]) {
    correct(name, backendName, (own) => (args) => {
      const { x, filter } = args.inputs as { x: tf.Tensor; filter: tf.Tensor };
      const rise = tf.sub(1, tf.add(tf.min(x), tf.min(filter)));
      const raised = own({ ...args, inputs: { ...args.inputs, x: tf.add(x, rise) } });
      return name === tf.Dilation2D ? tf.sub(tensorOf(raised), rise) : raised;
    });
  }
}
