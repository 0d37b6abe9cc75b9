// A trace of a function whose batch is open: two traces with batches of different sizes, laid over each other. What differs is the batch.
import * as tf from '@tensorflow/tfjs-core';
import { traceKernels, type KernelCall, type KernelTrace, type TracedTensor } from '@lin/engine';
import { ExportError } from './export-error.js';

/** A size that is fixed, or so many for each sample of the batch. */
export type Dimension = number | { perSample: number };

export interface BatchTensor {
  id: number;
  shape: readonly Dimension[];
  /** Where the tensor does not depend on the input; `shape` is then fixed. */
  constant?: ArrayLike<number>;
  dtype: tf.DataType;
}

export interface BatchCall extends Pick<KernelCall, 'name' | 'attributes'> {
  inputs: Readonly<Record<string, BatchTensor>>;
  outputs: readonly BatchTensor[];
}

export interface BatchTrace {
  input: BatchTensor;
  output: BatchTensor;
  calls: readonly BatchCall[];
}

const [FEW, MORE] = [2, 3]; // samples of the two traces

/**
 * What `f` computes of a batch of any size, of samples of `shape`.
 * @throws ExportError where it computes something else for another size.
 */
export function traceBatch(f: (x: tf.Tensor) => tf.Tensor, shape: readonly number[]): BatchTrace {
  const [few, more] = [FEW, MORE].map((count) => traceOf(f, [count, ...shape])) as [KernelTrace, KernelTrace];
  if (String(few.calls.map(({ name }) => name)) !== String(more.calls.map(({ name }) => name)))
    throw new ExportError('The model computes batches of different sizes in different ways.');
  return {
    input: overlaid(few.input, more.input),
    output: overlaid(few.output, more.output),
    calls: few.calls.map(({ name, attributes, inputs, outputs }, i) => ({
      name,
      attributes,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([key, tensor]) => [key, overlaid(tensor, more.calls[i]!.inputs[key]!)]),
      ),
      outputs: outputs.map((tensor, k) => overlaid(tensor, more.calls[i]!.outputs[k]!)),
    })),
  };
}

/** @throws ExportError where a size depends on the batch. */
export function fixed(shape: readonly Dimension[]): number[] {
  return shape.map((size) => {
    if (typeof size === 'number') return size;
    throw new ExportError('The model has a size that depends on the batch where ONNX needs a fixed one.');
  });
}

function traceOf(f: (x: tf.Tensor) => tf.Tensor, shape: number[]): KernelTrace {
  const x = tf.randomUniform(shape, -1, 1, 'float32', 1);
  try {
    return traceKernels(x, f);
  } finally {
    x.dispose();
  }
}

function overlaid(few: TracedTensor, more: TracedTensor): BatchTensor {
  const shape = few.shape.map((size, axis) => dimension(size, more.shape[axis]));
  const { id, dtype, constant } = few;
  if (!constant) return { id, dtype, shape };
  const [first, ...rest] = shape;
  if (typeof first !== 'object') return { id, dtype, shape, constant };
  return { id, dtype, shape: [1, ...rest], constant: rowOfAll(constant) };
}

function dimension(few: number, more: number | undefined): Dimension {
  if (few === more) return few;
  const perSample = few / FEW;
  if (perSample * MORE === more) return { perSample };
  throw new ExportError(`The model has a size of ${few} for ${FEW} samples and of ${more} for ${MORE}.`);
}

/** A constant that grows with the batch, such as residuals of zero, has to be the same for every sample: its row is broadcast. */
function rowOfAll(constant: ArrayLike<number>): ArrayLike<number> {
  const row = Float32Array.from(constant).subarray(0, constant.length / FEW);
  if (Array.prototype.every.call(constant, (value: number, i) => value === row[i % row.length])) return row;
  throw new ExportError('The model has a constant with another value for each sample of a batch.');
}
