// Kernels of tfjs-backend-wasm 4.22 that move values take each for four bytes: of bool, of one byte, they read and write beyond what they
// were given, and a later op ends in "memory access out of bounds" or wrong numbers.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf, type Kernel } from '../kernels/correct.js';

export function correctMovesOfBooleans(backendName: string): void {
  for (const name of [tf.Reverse, tf.StridedSlice]) moveAsIntegers(name, ['x'], backendName);
  moveAsIntegers(tf.Select, ['t', 'e'], backendName);
}

/** wasm's StridedSlice calls its result float32 whatever it is: int32 were read as other numbers. */
export function correctStridedSlice(backendName: string): void {
  correct(tf.StridedSlice, backendName, (own) => (args) => {
    const { dtype } = args.inputs['x']!;
    const result = own(args);
    if (result.dtype === dtype) return result;
    const { dataIdMap } = args.backend as { dataIdMap: tf.DataStorage<{ dtype: tf.DataType }> };
    dataIdMap.get(result.dataId).dtype = dtype;
    return { ...result, dtype };
  });
}

function moveAsIntegers(kernelName: string, moved: readonly string[], backendName: string): void {
  correct(kernelName, backendName, (own) => (args: Parameters<Kernel>[0]) => {
    if (moved.every((name) => args.inputs[name]!.dtype !== 'bool')) return own(args);
    const integers = moved.map((name) => [name, tf.cast(tensorOf(args.inputs[name]!), 'int32')]);
    return tf.cast(tensorOf(own({ ...args, inputs: { ...args.inputs, ...Object.fromEntries(integers) } })), 'bool');
  });
}
