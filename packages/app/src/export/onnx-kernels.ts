// Kernels of tfjs as nodes of ONNX (onnx.ai/onnx/operators, opset 17). Images are channels last, as tfjs has them.
import { int, ints, type OnnxGraph } from '@lin/teacher/onnx';
import { fixed, type BatchCall, type BatchTensor } from './batch-shapes.js';
import { convolution } from './onnx-convolution.js';
import { ExportError } from './export-error.js';

/** Of the value in the graph that a tensor is; a constant becomes a weight. */
export type Names = (tensor: BatchTensor) => string;

/** Adds a kernel's nodes; gives the names of their outputs. */
export type Translation = (call: BatchCall, graph: OnnxGraph, names: Names) => string | string[];

/** Kernels that are one node with the same inputs in the same order. */
const SAME = {
  Abs: 'Abs',
  Add: 'Add',
  Atan: 'Atan',
  Exp: 'Exp',
  Log: 'Log',
  Maximum: 'Max',
  Minimum: 'Min',
  Multiply: 'Mul',
  Neg: 'Neg',
  Pow: 'Pow',
  RealDiv: 'Div',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Sub: 'Sub',
  Tanh: 'Tanh',
};

/** By tfjs's names. */
export const KERNELS: Readonly<Record<string, Translation | undefined>> = {
  ...Object.fromEntries(
    Object.entries(SAME).map(([kernel, type]): [string, Translation] => [
      kernel,
      ({ inputs }, graph, names) => graph.add(type, Object.values(inputs).map(names)),
    ]),
  ),
  BatchMatMul: product,
  Cast: cast,
  Concat: ({ inputs, attributes, outputs }, graph, names) =>
    graph.add('Concat', Object.values(inputs).map(names), [int('axis', axisOf(attributes['axis'], outputs[0]!))]),
  Conv2D: convolution,
  GatherV2: gather,
  Identity: ({ inputs }, _, names) => names(inputs['x']!),
  Mean: ({ inputs, attributes }, graph, names) =>
    graph.add(
      'ReduceMean',
      [names(inputs['x']!)],
      [
        ints('axes', axesOf(attributes['axis'], inputs['x']!)),
        int('keepdims', Number(attributes['keepDims'] === true)),
      ],
    ),
  Reshape: ({ inputs, outputs }, graph, names) =>
    graph.add('Reshape', [names(inputs['x']!), graph.integers(reshaped(outputs[0]!))]),
  Rsqrt: ({ inputs }, graph, names) => graph.add('Reciprocal', [graph.add('Sqrt', [names(inputs['x']!)])]),
  SplitV: split,
  Square: ({ inputs }, graph, names) => graph.add('Mul', [names(inputs['x']!), names(inputs['x']!)]),
  Sum: ({ inputs, attributes }, graph, names) =>
    graph.add(
      'ReduceSum',
      [names(inputs['x']!), graph.integers(axesOf(attributes['axis'], inputs['x']!))],
      [int('keepdims', Number(attributes['keepDims'] === true))],
    ),
  Transpose: ({ inputs, attributes }, graph, names) =>
    graph.add('Transpose', [names(inputs['x']!)], [ints('perm', attributes['perm'] as number[])]),
};

/** Of matrices, a Gemm, which takes either of them transposed; of more axes, a MatMul. */
function product({ inputs, attributes }: BatchCall, graph: OnnxGraph, names: Names): string {
  const [a, b] = [inputs['a']!, inputs['b']!];
  const transposed = [attributes['transposeA'] === true, attributes['transposeB'] === true];
  if (a.shape.length === 2 && b.shape.length === 2) {
    const flags = ['transA', 'transB'].flatMap((flag, i) => (transposed[i] ? [int(flag, 1)] : []));
    return graph.add('Gemm', [names(a), names(b)], flags);
  }
  const operands = [a, b].map((tensor, i) =>
    transposed[i] ? withLastAxesSwapped(tensor, graph, names) : names(tensor),
  );
  return graph.add('MatMul', operands);
}

function withLastAxesSwapped(tensor: BatchTensor, graph: OnnxGraph, names: Names): string {
  const axes = tensor.shape.map((_, axis) => axis);
  return graph.add('Transpose', [names(tensor)], [ints('perm', [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!])]);
}

function cast({ inputs, outputs }: BatchCall, _: OnnxGraph, names: Names): string {
  const [x, y] = [inputs['x']!, outputs[0]!];
  if (x.dtype === 'float32' && y.dtype === 'float32') return names(x);
  throw new ExportError(`The model casts ${x.dtype} to ${y.dtype}, which has no translation to ONNX yet.`);
}

function gather({ inputs, attributes }: BatchCall, graph: OnnxGraph, names: Names): string {
  const [x, indices] = [inputs['x']!, inputs['indices']!];
  if (attributes['batchDims'] !== 0)
    throw new ExportError('The model gathers by batches, which has no translation yet.');
  return graph.add('Gather', [names(x), names(indices)], [int('axis', axisOf(attributes['axis'], x))]);
}

function split({ inputs, attributes, outputs }: BatchCall, graph: OnnxGraph, names: Names): string[] {
  const x = inputs['x']!;
  const axis = axisOf(attributes['axis'], x);
  const sizes = graph.integers(fixed(outputs.map(({ shape }) => shape[axis]!)));
  return graph.addMany('Split', [names(x), sizes], [int('axis', axis)], outputs.length);
}

/** One size may be open: it is what the others leave. */
function reshaped({ shape }: BatchTensor): number[] {
  const open = shape.filter((size) => typeof size === 'object').length;
  if (open > 1) throw new ExportError('The model reshapes a batch into more than one axis of its size.');
  return shape.map((size) => (typeof size === 'number' ? size : -1));
}

/** Counted from the front. */
const axisOf = (axis: unknown, { shape }: BatchTensor) =>
  Number(axis) < 0 ? Number(axis) + shape.length : Number(axis);

/** Those that a reduction takes away; without any, all. */
const axesOf = (axis: unknown, { shape }: BatchTensor): number[] =>
  typeof axis === 'number' || Array.isArray(axis) ? [axis as number | number[]].flat() : shape.map((_, i) => i);
