// Untrained networks of the exact signatures of 2d106det.onnx, 1k3d68.onnx and genderage.onnx, exports from MXNet that scale pixels by
// themselves.
import type { OnnxModel } from '../onnx/schema.js';
import { int, type NamedShape } from '../onnx/onnx-graph.js';
import { LayerGraph } from './layer-graph.js';
import type { StandInOptions } from './scrfd.js';

/** The crop as the networks look at it, in fields of equal size. */
const FIELDS = 12;
const WIDTH = 16;
const DEVIATION = 0.1;

/** [N, 3, 192, 192] → [N, 212]: points inside the crop. */
export function buildStandInLandmarks106({ seed = 0 }: StandInOptions = {}): OnnxModel {
  const graph = new LayerGraph(seed);
  return build(
    graph,
    192,
    graph.uniform(2 * 106).map((value) => value * 0.6),
    ['fc1', 'None', 212],
  );
}

/** [N, 3, 192, 192] → [N, 3309]. */
export function buildStandInLandmarks68({ seed = 0 }: StandInOptions = {}): OnnxModel {
  const graph = new LayerGraph(seed);
  return build(
    graph,
    192,
    graph.uniform(3 * 1103).map((value) => value * 0.6),
    ['fc1', 'None', 3309],
  );
}

/** [N, 3, 96, 96] → [1, 3], stated so for any N. */
export function buildStandInGenderAge({ seed = 0 }: StandInOptions = {}): OnnxModel {
  return build(new LayerGraph(seed), 96, [0, 0, 0.35], ['fc1', 1, 3]);
}

function build(graph: LayerGraph, size: number, bias: number[], output: NamedShape): OnnxModel {
  const centred = graph.add('Sub', ['data', graph.floats([1], [127.5])], [], { name: '_minusscalar0' });
  const scaled = graph.add('Mul', [centred, graph.floats([1], [1 / 128])], [], { name: '_mulscalar0' });
  const fields = graph.add('Flatten', [graph.means(scaled, size / FIELDS, size / FIELDS)], [int('axis', 1)]);
  const from = 3 * FIELDS * FIELDS;
  const hidden = graph.add('Relu', [graph.linear(fields, { from, bias: Array<number>(WIDTH).fill(0), deviation: 2 })]);
  graph.linear(hidden, { from: WIDTH, bias, deviation: DEVIATION, output: output[0] });
  return graph.finish([['data', 'None', 3, size, size]], [output]);
}
