// Evenly spaced values of a tensor: enough to tell a wrong graph, which is wrong all over, without a second copy of every parameter.
import type { Pointer, TensorFlowLibrary } from '../tensorflow/c-api.js';
import { valuesOf } from '../tensorflow/tensor-memory.js';

const MOST = 2 ** 12; // 16 KB a variable

/** All values up to 4,096; of more, every n-th. */
export function sampleOf(values: ArrayLike<number>): Float32Array {
  const stride = Math.ceil(values.length / MOST) || 1;
  return Float32Array.from({ length: Math.ceil(values.length / stride) }, (_, i) => values[i * stride]!);
}

/** Samples TF_Tensors, all through one buffer of the largest one's size. */
export function tensorSampler(library: TensorFlowLibrary): (tensor: Pointer) => Float32Array {
  let buffer = new ArrayBuffer(0);
  return (tensor) => {
    const bytes = library.tensorByteSize(tensor);
    if (bytes > buffer.byteLength) buffer = new ArrayBuffer(bytes);
    return sampleOf(valuesOf(library, tensor, buffer) as ArrayLike<number> as Float32Array);
  };
}
