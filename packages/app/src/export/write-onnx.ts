// An ONNX file of a function, which is run by onnxruntime on images of the run before it takes its place.
import * as tf from '@tensorflow/tfjs-core';
import { rm } from 'node:fs/promises';
import { replaceFile } from '@lin/files';
import { encodeModel, Session } from '@lin/teacher/onnx';
import { ExportError } from './export-error.js';
import { onnxFunction, OPSET, type OnnxFunctionOptions } from './onnx-function.js';

export interface WrittenOnnx {
  path: string;
  bytes: number;
  opset: number;
  /** As in `image [batch, 3, 112, 112]`. */
  input: string;
  output: string;
  samples: number;
  /** The largest difference to the function on the samples, over the largest output where that is above 1. */
  difference: number;
}

export interface WriteOnnxOptions extends OnnxFunctionOptions {
  /** What the file is tried on; images are channels last. Stays the caller's. */
  samples: tf.Tensor;
}

/** A file that differs by more is not kept. */
const TOLERANCE = 1e-4;
const THREADS = 2;

/**
 * Writes `f` as an ONNX file, whole or not at all. It is tried on all samples at once and on the first one alone.
 * @throws ExportError for a function that has no translation, and where onnxruntime cannot run the file or gives something else; the file,
 * and one that was there before, is then deleted.
 */
export async function writeOnnx(
  path: string,
  f: (x: tf.Tensor) => tf.Tensor,
  { samples, ...options }: WriteOnnxOptions,
): Promise<WrittenOnnx> {
  let difference = 0;
  try {
    const model = onnxFunction(f, options);
    const bytes = encodeModel(model);
    await replaceFile(path, async (file, beside) => {
      await file.writeFile(bytes);
      difference = await differenceOn(beside, f, { samples, ...options });
      if (!(difference <= TOLERANCE))
        throw new ExportError(
          `${path} differs from the model by ${difference.toPrecision(3)} on ${samples.shape[0]} images, ` +
            `more than ${TOLERANCE}; it is deleted.`,
        );
    });
    const { input, output } = model.graph;
    const sizesOf = ([value]: typeof input) =>
      `${value!.name} [${value!.type.tensor_type.shape.dim.map(({ dim_value, dim_param }) => dim_value ?? dim_param).join(', ')}]`;
    return {
      path,
      bytes: bytes.length,
      opset: OPSET,
      input: sizesOf(input),
      output: sizesOf(output),
      samples: samples.shape[0]!,
      difference,
    };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

type Trial = Pick<WriteOnnxOptions, 'samples' | 'inputName' | 'outputName'>;

async function differenceOn(path: string, f: (x: tf.Tensor) => tf.Tensor, trial: Trial): Promise<number> {
  const session = await Session.open({ path, threads: THREADS }).catch((error: Error) => {
    throw new ExportError(`onnxruntime cannot load what was written to ${path} (${error.message}); it is deleted.`);
  });
  try {
    const differences = [];
    for (const count of [1, trial.samples.shape[0]!]) differences.push(await differenceOf(session, f, trial, count));
    return Math.max(...differences);
  } finally {
    await session.close();
  }
}

/** Of the first `count` samples. */
async function differenceOf(
  session: Session,
  f: (x: tf.Tensor) => tf.Tensor,
  { samples, inputName, outputName }: Trial,
  count: number,
): Promise<number> {
  const [x, y] = await valuesOf(f, samples, count);
  const outputs = await session.run({ [inputName]: x }).catch((error: Error) => {
    throw new ExportError(`onnxruntime cannot run what was written (${error.message}); it is deleted.`);
  });
  const { data } = outputs[outputName]!;
  if (data.length !== y.data.length) return Infinity;
  const largest = y.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return y.data.reduce((most, value, i) => maxOrNaN(most, Math.abs(value - data[i]!)), 0) / largest;
}

/** NaN stays: no comparison with it holds. */
const maxOrNaN = (a: number, b: number) => (a > b ? a : b <= Infinity ? b : NaN);

interface Values {
  data: Float32Array;
  dims: readonly number[];
}

/** The first samples and what `f` makes of them, images with their channels first. */
async function valuesOf(f: (x: tf.Tensor) => tf.Tensor, samples: tf.Tensor, count: number): Promise<[Values, Values]> {
  const x = tf.slice(samples, 0, count);
  const y = tf.tidy(() => f(x));
  const channelsFirst = (tensor: tf.Tensor) =>
    tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tf.clone(tensor);
  const [input, output] = [channelsFirst(x), channelsFirst(y)];
  try {
    return [await valuesIn(input), await valuesIn(output)];
  } finally {
    tf.dispose([x, y, input, output]);
  }
}

async function valuesIn(tensor: tf.Tensor): Promise<Values> {
  return { data: await tensor.data<'float32'>(), dims: tensor.shape };
}
