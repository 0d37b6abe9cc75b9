// tf.Variables ↔ named tensors of a safetensors file.
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, SafetensorsDtype } from './dtypes.js';
import { SafetensorsError } from './errors.js';

/** Copies of the variables' values: what is done to the one leaves the other as it was. */
export async function tensorsOf(variables: ReadonlyMap<string, tf.Variable>): Promise<Map<string, NamedTensor>> {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, variable] of variables) {
    const data = (await variable.data<'float32' | 'int32'>()).slice(); // some backends hand out their own memory
    tensors.set(name, { dtype: dtypeOf(variable), shape: variable.shape.slice(), data });
  }
  return tensors;
}

/**
 * Sets every variable from the tensor of its name. Strict, and all or nothing: a missing, extra, or differently shaped tensor is an error
 * and nothing is assigned.
 * @throws SafetensorsError naming the tensor and `source`.
 */
export function assignTensors(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: ReadonlyMap<string, NamedTensor>,
  source: string,
): void {
  for (const name of tensors.keys()) {
    if (!variables.has(name))
      throw new SafetensorsError(
        `${source}: tensor "${name}" belongs to no parameter of this model; build the model as it was saved.`,
      );
  }
  for (const [name, variable] of variables) {
    const tensor = tensors.get(name);
    if (!tensor) {
      throw new SafetensorsError(
        `${source}: tensor "${name}" of shape [${variable.shape.join(', ')}] is missing; build the model as it was saved.`,
      );
    }
    const dtype = dtypeOf(variable);
    if (tensor.dtype !== dtype || String(tensor.shape) !== String(variable.shape)) {
      const [found, expected] = [tensor, variable].map(({ shape }) => `[${shape.join(', ')}]`);
      throw new SafetensorsError(
        `${source}: tensor "${name}" is ${tensor.dtype} ${found}, but the model's is ${dtype} ${expected}; build the model as it was saved.`,
      );
    }
  }
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      variable.assign(tf.tensor(tensors.get(name)!.data as Float32Array | Int32Array, variable.shape, variable.dtype));
    }
  });
}

const dtypeOf = ({ dtype }: tf.Variable): SafetensorsDtype => (dtype === 'int32' ? 'I32' : 'F32');
