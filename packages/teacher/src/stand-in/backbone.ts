// What ArcFace's backbones are put together from, as their exporter leaves it: batch normalisation after a convolution is folded into it.
import { ATTRIBUTE } from '../onnx/schema.js';
import { int, ints } from '../onnx/onnx-graph.js';
import type { LayerGraph } from './layer-graph.js';

export interface EmbeddingStatistics {
  mean: Float32Array;
  variance: Float32Array;
}

export interface ConvolutionOptions {
  from: number;
  to: number;
  window?: number;
  stride?: number;
  padding?: number;
  groups?: number;
  /** Of the output, beside that of He's initialisation. */
  scale?: number;
}

const PRELU_SLOPE = 0.25;
const CHUNK = 4096;

/** Convolution and the batch normalisation after it, as one: seeded weights of He's variance, no offset. */
export function convolution(
  graph: LayerGraph,
  x: string,
  { from, to, window = 3, stride = 1, padding = (window - 1) / 2, groups = 1, scale = 1 }: ConvolutionOptions,
): string {
  const fanIn = (from / groups) * window * window;
  const kernel = noise(graph, [to, from / groups, window, window], scale * Math.sqrt(2 / fanIn));
  return graph.add(
    'Conv',
    [x, kernel, graph.floats([to], new Float32Array(to))],
    [
      ints('dilations', [1, 1]),
      int('group', groups),
      ints('kernel_shape', [window, window]),
      ints('pads', [padding, padding, padding, padding]),
      ints('strides', [stride, stride]),
    ],
  );
}

export const prelu = (graph: LayerGraph, x: string, channels: number) =>
  graph.add('PRelu', [x, graph.floats([channels, 1, 1], new Float32Array(channels).fill(PRELU_SLOPE))]);

export function linear(graph: LayerGraph, x: string, from: number, to: number): string {
  return graph.add(
    'Gemm',
    [x, noise(graph, [to, from], Math.sqrt(1 / from)), graph.floats([to], new Float32Array(to))],
    [int('transB', 1)],
  );
}

export function batchNorm(
  graph: LayerGraph,
  x: string,
  channels: number,
  { statistics, output }: { statistics?: EmbeddingStatistics; output?: string } = {},
): string {
  const filled = (value: number) => new Float32Array(channels).fill(value);
  const parameters = [filled(1), filled(0), statistics?.mean ?? filled(0), statistics?.variance ?? filled(1)].map(
    (values) => graph.floats([channels], values),
  );
  const name = output === undefined ? {} : { output };
  return graph.add(
    'BatchNormalization',
    [x, ...parameters],
    [{ name: 'epsilon', type: ATTRIBUTE.float, f: 1e-5 }],
    name,
  );
}

/** Uniform with mean 0 and the given standard deviation. */
function noise(graph: LayerGraph, dims: number[], deviation: number): string {
  const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
  for (let at = 0; at < values.length; at += CHUNK) values.set(graph.uniform(Math.min(CHUNK, values.length - at)), at);
  const bound = Math.sqrt(3) * deviation;
  for (let i = 0; i < values.length; i++) values[i]! *= bound;
  return graph.floats(dims, values);
}
