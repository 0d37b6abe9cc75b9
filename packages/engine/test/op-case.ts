// What a case of the conformance table is, and how one backend's answer to it is computed and compared with another's.
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { on, type BackendName } from './backends.js';

export interface InputSpec {
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
  values: number[];
}

export interface OpCase {
  name: string;
  inputs: InputSpec[];
  run: (...inputs: never[]) => tf.Tensor | tf.Tensor[];
  /** false where tfjs has no gradient, or none is of use; else every float32 input gets one. */
  differentiable: boolean;
  /** What tfjs-node's kernel says where it does not do this case. */
  tensorflowRefuses?: string;
  /**
   * `large`: all of its tensors that matter reach webgpu's shaders, whichever way small ones go; `long`: and a software GPU takes seconds
   * to compile the shaders of its gradients; `longer`: and those of its values.
   */
  size?: 'large' | 'long' | 'longer';
  /** In place of TOLERANCE, where WGSL promises less. */
  webgpuTolerance?: number;
}

export interface Answer {
  outputs: Values[];
  /** Of Σ wᵢ·outputᵢ with fixed weights w, to every float32 input. */
  gradients: Values[];
}

export interface Values {
  dtype: tf.DataType;
  shape: number[];
  values: number[];
}

/** Relative to each element, or to the tensor's root mean square where an element is small because larger ones cancelled in it. */
export const TOLERANCE = 1e-4;

/** The case on a backend. The values are read asynchronously, which every backend can. */
export async function answer({ inputs, run, differentiable }: OpCase, backend: BackendName): Promise<Answer> {
  const { outputs, gradients } = on(backend, () =>
    tf.tidy(() => {
      const tensors = inputs.map(({ shape, dtype, values }) => tf.tensor(values, shape, dtype));
      const call = (x: tf.Tensor[]) => [run(...(x as never[]))].flat();
      const outputs = call(tensors);
      if (!differentiable) return { outputs, gradients: [] };

      const floats = tensors.filter(({ dtype }) => dtype === 'float32');
      const weighted = (...x: tf.Tensor[]) => {
        const rest = [...x];
        const results = call(tensors.map((tensor) => (tensor.dtype === 'float32' ? rest.shift()! : tensor)));
        return tf.addN(results.map((y, i) => tf.sum(tf.mul(y, uniform(y.shape, { seed: 100 + i }))))) as tf.Scalar;
      };
      return { outputs, gradients: tf.grads(weighted)(floats) };
    }),
  );
  try {
    return { outputs: await Promise.all(outputs.map(valuesOf)), gradients: await Promise.all(gradients.map(valuesOf)) };
  } finally {
    tf.dispose([outputs, gradients]);
  }
}

export function expectSame(actual: Values[], expected: Values[], tolerance = TOLERANCE): void {
  expect(actual.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
    expected.map(({ dtype, shape }) => ({ dtype, shape })),
  );
  actual.forEach(({ values }, i) => expectClose(values, expected[i]!.values, tolerance));
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  const wrong = differences(actual, expected, tolerance);
  expect(wrong.slice(0, 5), `${wrong.length} of ${actual.length} values differ`).toEqual([]);
}

/** What differs by more than `tolerance`, in words. */
export function differences(actual: number[], expected: number[], tolerance: number): string[] {
  const finite = expected.filter(Number.isFinite);
  const rms = Math.sqrt(finite.reduce((sum, x) => sum + x * x, 0) / Math.max(1, finite.length));
  return actual.flatMap((x, i) => {
    const y = expected[i]!;
    const close =
      Object.is(x, y) || x === y || (Number.isFinite(y) && Math.abs(x - y) <= tolerance * Math.max(Math.abs(y), rms));
    return close ? [] : [`[${i}] is ${x}, not ${y}`];
  });
}

async function valuesOf(tensor: tf.Tensor): Promise<Values> {
  return { dtype: tensor.dtype, shape: tensor.shape, values: Array.from(await tensor.data()) };
}

/** Fixed numbers in ±[0.1, 2]: kinks at 0 are not stepped on, and all are distinct. */
export function numbers(count: number, seed = 1): number[] {
  let state = seed * 7919;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (state / 2 ** 32) * 3.8 - 1.9;
    return Math.fround(x + Math.sign(x) * 0.1);
  });
}

function uniform(shape: number[], { seed }: { seed: number }): tf.Tensor {
  return tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);
}
