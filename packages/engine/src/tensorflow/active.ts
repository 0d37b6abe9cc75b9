// The tensorflow backend as the engine itself sees it: the native library, the binding, and any TensorFlow op by name.
import * as tf from '@tensorflow/tfjs-core';
import type { TensorMetadata } from './binding.js';
import type { TensorFlowLibrary } from './c-api.js';
import type { SessionConfig } from './config-proto.js';
import { attributeTypes, dtypes } from './dtypes.js';
import type { ListeningBinding } from './listening-binding.js';
import type { OpAttribute } from './op-attributes.js';

export interface ActiveTensorFlow {
  library: TensorFlowLibrary;
  binding: ListeningBinding;
  config: SessionConfig;
}

let registered: ActiveTensorFlow | undefined;

export function setActive(active: ActiveTensorFlow): void {
  registered = active;
}

/** undefined where another backend is the current one. */
export function activeTensorFlow(): ActiveTensorFlow | undefined {
  return tf.getBackend() === 'tensorflow' ? registered : undefined;
}

/** What of tfjs-node's backend class the engine calls. */
interface KernelBackend {
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.Tensor[],
    numOutputs: number,
  ): tf.Tensor[];
}

const kernelBackend = () => tf.backend() as unknown as KernelBackend;

/** The binding's ids of tensors; uploads those that are still only in JavaScript. */
export function tensorIds(tensors: readonly tf.TensorInfo[]): number[] {
  return kernelBackend().getInputTensorIds(tensors);
}

/** Runs any TensorFlow op, on the current backend, which must be tensorflow. It has no gradient: wrap it in `tf.customGrad`. */
export function runOp(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly tf.Tensor[],
  numOutputs = 1,
): tf.Tensor[] {
  return kernelBackend().executeMultipleOutputs(name, attributes, inputs, numOutputs);
}

/** A float32 op of one output whose only attribute is its type. */
export function floatOp(name: string, ...inputs: tf.Tensor[]): tf.Tensor {
  return runOp(name, [op.type('T', dtypes.TF_FLOAT)], inputs)[0]!;
}

/** A tf.Tensor of what `EagerBinding.adopt` took over. */
export function adoptedTensor(id: number, { binding }: ActiveTensorFlow): tf.Tensor {
  return kernelBackend().createOutputTensor({ id, ...binding.describe(id) });
}

/** A tf.Tensor of this shape that is not there: see `EagerBinding.reserve`. */
export function absentTensor(
  { shape, dtype }: { shape: readonly number[]; dtype: number },
  message: string,
  { binding }: ActiveTensorFlow,
): tf.Tensor {
  return kernelBackend().createOutputTensor({ id: binding.reserve(message), shape: [...shape], dtype });
}

/** Attributes of an op, in the words of the C API. */
export const op = {
  type: (name: string, value: number): OpAttribute => ({ name, type: attributeTypes.TF_ATTR_TYPE, value }),
  int: (name: string, value: number): OpAttribute => ({ name, type: attributeTypes.TF_ATTR_INT, value }),
  float: (name: string, value: number): OpAttribute => ({ name, type: attributeTypes.TF_ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): OpAttribute => ({ name, type: attributeTypes.TF_ATTR_BOOL, value }),
  string: (name: string, value: string): OpAttribute => ({ name, type: attributeTypes.TF_ATTR_STRING, value }),
};
