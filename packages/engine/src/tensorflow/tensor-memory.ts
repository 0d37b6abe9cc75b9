// Values between JavaScript's memory and TF_Tensors.
import type { OperationOutput, Pointer, TensorFlowLibrary } from './c-api.js';
import { dtypes } from './dtypes.js';

export interface TensorBytes {
  shape: readonly number[];
  /** A TF_DataType of fixed size. */
  dtype: number;
  bytes: Uint8Array;
}

/** A TF_Tensor with a copy of the bytes; the caller deletes it. */
export function newTensor(tf: TensorFlowLibrary, { shape, dtype, bytes }: TensorBytes): Pointer {
  const tensor = tf.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes.length);
  if (bytes.length > 0) tf.memcpy(tf.tensorData(tensor), bytes, bytes.length);
  return tensor;
}

/** A copy of a TF_Tensor's values, of a dtype of fixed size; in the first bytes of `buffer` where one is given. */
export function valuesOf(tf: TensorFlowLibrary, tensor: Pointer, buffer?: ArrayBuffer): NodeJS.TypedArray {
  const bytes = tf.tensorByteSize(tensor);
  const view = buffer ? new Uint8Array(buffer, 0, bytes) : new Uint8Array(bytes);
  if (bytes > 0) tf.memcpy(view, tf.tensorData(tensor), bytes);
  return typedArrayOf(tf.tensorType(tensor), view);
}

/** A view. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A copy of a TF_Buffer's, which is { data, length, … } (tensorflow/c/tf_buffer.h). */
export function bufferBytes(tf: TensorFlowLibrary, buffer: Pointer): Uint8Array {
  const fields = new BigInt64Array(2);
  tf.memcpy(fields, buffer, fields.byteLength);
  const bytes = new Uint8Array(Number(fields[1]));
  if (bytes.length > 0) tf.memcpy(bytes, fields[0]!, bytes.length);
  return bytes;
}

/** An array of TF_Output, which is { TF_Operation*, int }, padded to 16 bytes. */
export function outputsArray(outputs: readonly OperationOutput[]): BigInt64Array {
  return BigInt64Array.from(outputs.flatMap(({ operation, index }) => [operation, BigInt(index)]));
}

function typedArrayOf(dtype: number, { buffer, byteLength }: Uint8Array): NodeJS.TypedArray {
  switch (dtype) {
    case dtypes.TF_FLOAT:
    case dtypes.TF_COMPLEX64: // real and imaginary parts in turn, as tfjs has them
      return new Float32Array(buffer, 0, byteLength / 4);
    case dtypes.TF_DOUBLE:
    case dtypes.TF_COMPLEX128:
      return new Float64Array(buffer, 0, byteLength / 8);
    case dtypes.TF_INT32:
      return new Int32Array(buffer, 0, byteLength / 4);
    case dtypes.TF_INT64:
      return new BigInt64Array(buffer, 0, byteLength / 8);
    default:
      return new Uint8Array(buffer, 0, byteLength);
  }
}
