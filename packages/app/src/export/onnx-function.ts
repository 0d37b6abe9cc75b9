// A function of tfjs tensors as an ONNX graph: its kernels, traced, become nodes; what does not depend on the input becomes weights.
import type * as tf from '@tensorflow/tfjs-core';
import { ints, OnnxGraph, type NamedShape, type OnnxModel } from '@lin/teacher/onnx';
import { fixed, traceBatch, type BatchTensor } from './batch-shapes.js';
import { ExportError } from './export-error.js';
import { KERNELS, type Names } from './onnx-kernels.js';

export const OPSET = 17;
const IR_VERSION = 8; // that of opset 17
const [TO_CHANNELS_LAST, TO_CHANNELS_FIRST] = [
  [0, 2, 3, 1],
  [0, 3, 1, 2],
];

export interface OnnxFunctionOptions {
  /** Of the graph, and of its nodes' names. */
  name: string;
  /** Of one sample; images are [height, width, channels], and enter the graph as [channels, height, width]. */
  inputShape: readonly number[];
  inputName: string;
  /** Images leave it as [channels, height, width], too. */
  outputName: string;
  metadata: Readonly<Record<string, string>>;
}

/**
 * The graph of `f`, for batches of any size: float32 in and out.
 * @throws ExportError for a function with a kernel that has no translation.
 */
export function onnxFunction(
  f: (x: tf.Tensor) => tf.Tensor,
  { name, inputShape, inputName, outputName, metadata }: OnnxFunctionOptions,
): OnnxModel {
  const { input, output, calls } = traceBatch(f, inputShape);
  const graph = new OnnxGraph({ scope: `${name}/` });
  const names = new TensorNames(graph);
  names.set(input, channelsLast(graph, inputName, input));
  for (const call of calls) {
    const translate = KERNELS[call.name];
    if (!translate)
      throw new ExportError(`${name} uses the kernel ${call.name}, which has no translation to ONNX yet.`);
    const outputs = [translate(call, graph, (tensor) => names.of(tensor))].flat();
    call.outputs.forEach((tensor, i) => names.set(tensor, outputs[i]!));
  }
  const result = names.of(output);
  if (isImage(output)) graph.add('Transpose', [result], [ints('perm', TO_CHANNELS_FIRST!)], { output: outputName });
  else graph.add('Identity', [result], [], { output: outputName });
  return graph.model({
    name,
    inputs: [namedShape(inputName, input)],
    outputs: [namedShape(outputName, output)],
    opset: OPSET,
    irVersion: IR_VERSION,
    metadata,
  });
}

class TensorNames {
  private readonly names = new Map<number, string>();
  /** By their values, then by their shape: a weight that is used twice is in the file once. */
  private readonly weights = new Map<ArrayLike<number>, Map<string, string>>();

  constructor(private readonly graph: OnnxGraph) {}

  set({ id }: BatchTensor, name: string): void {
    this.names.set(id, name);
  }

  of: Names = ({ id, shape, dtype, constant }) => {
    if (!constant) return this.names.get(id)!;
    const ofValues = this.weights.get(constant) ?? new Map<string, string>();
    this.weights.set(constant, ofValues);
    const known = ofValues.get(String(shape));
    if (known !== undefined) return known;
    const isIndex = dtype === 'int32';
    const name = isIndex ? this.graph.integers(Array.from(constant)) : this.graph.floats(fixed(shape), constant);
    ofValues.set(String(shape), name);
    return name;
  };
}

const isImage = ({ shape }: BatchTensor) => shape.length === 4;

const channelsLast = (graph: OnnxGraph, name: string, input: BatchTensor) =>
  isImage(input) ? graph.add('Transpose', [name], [ints('perm', TO_CHANNELS_LAST!)]) : name;

function namedShape(name: string, tensor: BatchTensor): NamedShape {
  const sizes = fixed(tensor.shape.slice(1));
  return [name, 'batch', ...(isImage(tensor) ? [sizes[2]!, sizes[0]!, sizes[1]!] : sizes)];
}
