// An untrained network of det_10g.onnx's exact signature: it "finds" what stands out from its surroundings, with a face's proportions
// around it.
import type { OnnxModel } from '../onnx/schema.js';
import { ints } from '../onnx/onnx-graph.js';
import { LayerGraph } from './layer-graph.js';

/** Names of det_10g's outputs by stride: scores, boxes, landmarks. Their stated lengths are those of a square of 640, whatever comes in. */
const LEVELS = [
  { stride: 8, outputs: ['448', '451', '454'], rows: 12800 },
  { stride: 16, outputs: ['471', '474', '477'], rows: 3200 },
  { stride: 32, outputs: ['494', '497', '500'], rows: 800 },
] as const;
const PER_CELL = 2;
const WIDTH = 12;
/** Left, top, right, bottom of a face from its cell, in strides. */
const BOX = [2.2, 2.8, 2.2, 2.8];
/** Eyes, nose and corners of the mouth of that face, x, y in strides. */
const POINTS = [-0.9, -0.6, 0.9, -0.6, 0, 0.2, -0.7, 1.1, 0.7, 1.1];
/** A face is where a cell differs from its surroundings by more than this, in half the range of brightness. */
const CONTRAST = 0.55;
/** Of the score before the sigmoid, for each unit of contrast: differences from face to face, but few at 0 or 1. */
const STEEPNESS = 12;
const SCORE_DEVIATION = 1;
const PLACE_DEVIATION = 0.5;

export interface StandInOptions {
  /** Any integer: another one gives another network. */
  seed?: number;
}

export function buildStandInDetector({ seed = 0 }: StandInOptions = {}): OnnxModel {
  const graph = new LayerGraph(seed);
  for (const { stride, outputs } of LEVELS) {
    const means = graph.means('input.1', stride, stride); // [1, 3, H/s, W/s]
    const contrast = graph.add('Sub', [means, graph.means(means, 5, 1)]);
    const hidden = graph.add('Relu', [
      graph.convolution(contrast, { from: 3, bias: Array<number>(WIDTH).fill(0), window: 3, deviation: 2 }),
    ]);
    const head = (numbers: readonly number[], deviation: number) =>
      graph.convolution(hidden, {
        from: WIDTH,
        bias: Array.from({ length: PER_CELL }, () => numbers).flat(),
        window: 3,
        deviation,
      });
    const rows = (x: string, numbers: number, output?: string) => {
      const last = graph.add('Transpose', [x], [ints('perm', [2, 3, 0, 1])]); // [H/s, W/s, 1, 2 · numbers]
      return graph.add('Reshape', [last, graph.integers([-1, numbers])], [], output === undefined ? {} : { output });
    };
    const strength = graph.add('ReduceMean', [graph.add('Abs', [contrast])], [ints('axes', [1])]); // [1, 1, H/s, W/s]
    const logits = graph.add('Add', [
      graph.add('Mul', [strength, graph.floats([1], [STEEPNESS])]),
      head([-STEEPNESS * CONTRAST], SCORE_DEVIATION),
    ]);
    graph.add('Sigmoid', [rows(logits, 1)], [], { output: outputs[0] });
    rows(graph.add('Relu', [head(BOX, PLACE_DEVIATION)]), 4, outputs[1]);
    rows(head(POINTS, PLACE_DEVIATION / 2), 10, outputs[2]);
  }
  const shapes = [1, 4, 10].flatMap((numbers, kind) =>
    LEVELS.map(({ outputs, rows }) => [outputs[kind]!, rows, numbers] as const),
  );
  return graph.finish([['input.1', 1, 3, '?', '?']], shapes);
}
