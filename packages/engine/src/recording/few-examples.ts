// The first examples of a batch: what a step is verified on, which costs little then, whatever the size of the batch.
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from './trace.js';

const FEW = 4;

/**
 * The inputs with their first few examples, which the caller disposes of: of the inputs that are as long as the largest one.
 * undefined where they are few already.
 */
export function fewExamples(inputs: NamedTensors): NamedTensors | undefined {
  const all = Object.values(inputs);
  const largest = Math.max(...all.map(({ size }) => size));
  const batch = all.find(({ size }) => size === largest)?.shape[0] ?? 0;
  if (batch <= 2 * FEW) return undefined;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      tensor.shape[0] === batch ? tf.slice(tensor, 0, [FEW, ...tensor.shape.slice(1)]) : tf.clone(tensor),
    ]),
  );
}
