// Conv2D of tfjs, channels last, as ONNX's Conv, channels first, between two transpositions; a window of one pixel is a matrix product.
import { ints, type OnnxGraph } from '@lin/teacher/onnx';
import { fixed, type BatchCall, type BatchTensor } from './batch-shapes.js';
import { ExportError } from './export-error.js';

export function convolution(
  { inputs, attributes }: BatchCall,
  graph: OnnxGraph,
  names: (tensor: BatchTensor) => string,
): string {
  const [x, filter] = [inputs['x']!, inputs['filter']!];
  if (!filter.constant || attributes['dataFormat'] !== 'NHWC')
    throw new ExportError('The model has a convolution by a filter that is no parameter, or of images channels first.');
  const [height, width, from, to] = fixed(filter.shape) as [number, number, number, number];
  const strides = pair(attributes['strides']);
  const dilations = pair(attributes['dilations'] ?? 1);
  if (height * width === 1 && String(strides) === '1,1')
    return graph.add('MatMul', [names(x), graph.floats([from, to], filter.constant)]);
  const sides = fixed(x.shape.slice(1, 3));
  const pads = [height, width].map((window, i) =>
    paddingOf(attributes['pad'], { side: sides[i]!, reach: dilations[i]! * (window - 1) + 1, stride: strides[i]! }),
  );
  const planes = graph.add('Transpose', [names(x)], [ints('perm', [0, 3, 1, 2])]);
  const kernel = graph.floats([to, from, height, width], channelsFirst(filter.constant, { height, width, from, to }));
  const convolved = graph.add(
    'Conv',
    [planes, kernel],
    [
      ints('kernel_shape', [height, width]),
      ints('strides', strides),
      ints('dilations', dilations),
      ints('pads', [...pads.map(([before]) => before), ...pads.map(([, after]) => after)]),
    ],
  );
  return graph.add('Transpose', [convolved], [ints('perm', [0, 2, 3, 1])]);
}

const pair = (value: unknown): [number, number] =>
  typeof value === 'number' ? [value, value] : [...(value as [number, number])];

interface Axis {
  side: number;
  /** Pixels that the window spans. */
  reach: number;
  stride: number;
}

/** Zeros before and after one axis; `same` as TensorFlow's: the output has ⌈side / stride⌉, an odd zero comes after. */
function paddingOf(pad: unknown, { side, reach, stride }: Axis): [number, number] {
  if (typeof pad === 'number') return [pad, pad];
  if (pad === 'valid') return [0, 0];
  if (pad !== 'same') throw new ExportError('The model has a convolution with paddings that have no translation yet.');
  const zeros = Math.max(0, (Math.ceil(side / stride) - 1) * stride + reach - side);
  return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
}

/** [height, width, from, to] → [to, from, height, width]. */
function channelsFirst(
  values: ArrayLike<number>,
  { height, width, from, to }: Record<'height' | 'width' | 'from' | 'to', number>,
): Float32Array {
  const result = new Float32Array(values.length);
  const positions = height * width;
  for (let position = 0; position < positions; position++)
    for (let input = 0; input < from; input++)
      for (let output = 0; output < to; output++)
        result[(output * from + input) * positions + position] = values[(position * from + input) * to + output]!;
  return result;
}
