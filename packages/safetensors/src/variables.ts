// tf.Variables ↔ named tensors of a safetensors file.
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, SafetensorsDtype } from './dtypes.js';
import { SafetensorsError } from './errors.js';

/**
 * Copies of the variables' values, as a file holds them: F32, or I32 for int32.
 * @param variables By the name that each tensor is to have, such as `namedVariables(model)` of @lin/invertible.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { tensorsOf } from '@lin/safetensors';
 *
 * const weights = tf.variable(tf.tensor2d([[1, 2], [3, 4]]));
 * console.log(await tensorsOf(new Map([['weights', weights]])));
 * ```
 * ```text
 * Map(1) {
 *   'weights' => {
 *     dtype: 'F32',
 *     shape: [ 2, 2 ],
 *     data: Float32Array(4) [ 1, 2, 3, 4 ]
 *   }
 * }
 * ```
 */
export async function tensorsOf(variables: ReadonlyMap<string, tf.Variable>): Promise<Map<string, NamedTensor>> {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, variable] of variables) {
    const data = (await variable.data<'float32' | 'int32'>()).slice(); // some backends hand out their own memory
    tensors.set(name, { dtype: dtypeOf(variable), shape: variable.shape.slice(), data });
  }
  return tensors;
}

/**
 * Sets every variable from the tensor of its name: strictly, and all of them or none.
 * @param variables By name: float32, or int32.
 * @param tensors Exactly one for each variable, of its shape, F32 or I32.
 * @param source Names the file in errors.
 * @throws SafetensorsError naming the tensor and `source`, with nothing assigned, for one that is missing, extra, or of another shape or
 * dtype.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { assignTensors } from '@lin/safetensors';
 *
 * const weights = tf.variable(tf.zeros([2]));
 * const saved = { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) };
 * assignTensors(new Map([['weights', weights]]), new Map([['weights', saved]]), 'model.safetensors');
 * console.log(weights.dataSync());
 * ```
 * ```text
 * Float32Array(2) [ 1, 2 ]
 * ```
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
        `${source}: tensor "${name}" is ${tensor.dtype} ${found}, but the model's is ${dtype} ${expected}; ` +
          'build the model as it was saved.',
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
