// An untrained network in the shape of ArcFace's IResNet (insightface recognition/arcface_torch/backbones/iresnet.py).
import { int } from '../onnx/onnx-graph.js';
import type { LayerGraph } from './layer-graph.js';
import { batchNorm, convolution, linear, prelu, type EmbeddingStatistics } from './backbone.js';

export interface IResNetShape {
  stem: number;
  /** Channels and residual blocks of each stage; a stage halves the side. */
  stages: readonly (readonly [width: number, blocks: number])[];
}

export const IRESNETS = {
  iresnet18: iresnet([2, 2, 2, 2]),
  iresnet50: iresnet([3, 4, 14, 3]),
  iresnet100: iresnet([3, 13, 30, 3]),
  /** One block a stage, a quarter of the channels: 14 MB, hundreds of images a second on two cores. */
  'iresnet-narrow': {
    stem: 16,
    stages: [
      [16, 1],
      [32, 1],
      [64, 1],
      [128, 1],
    ],
  },
} as const satisfies Record<string, IResNetShape>;

/** Small, so that an untrained residual branch perturbs its block's input rather than drowning it. */
const BRANCH_SCALE = 0.4;

export interface BackboneOptions {
  input: string;
  output: string;
  /** Side of the input. */
  side: number;
  embeddingSize: number;
  /** Of each coordinate before the last batch normalisation, which makes them mean 0 and variance 1. */
  statistics?: EmbeddingStatistics;
}

/** stem → stages of residual blocks → batch normalisation → linear → batch normalisation; [N, 3, side, side] → [N, embeddingSize]. */
export function addIResNet(
  graph: LayerGraph,
  { stem, stages }: IResNetShape,
  { input, output, side, embeddingSize, statistics }: BackboneOptions,
): void {
  let x = prelu(graph, convolution(graph, input, { from: 3, to: stem }), stem);
  let width = stem;
  for (const [to, blocks] of stages) {
    for (let block = 0; block < blocks; block++) {
      x = residualBlock(graph, x, { from: width, to, stride: block === 0 ? 2 : 1 });
      width = to;
    }
  }
  const flat = graph.add('Flatten', [batchNorm(graph, x, width)], [int('axis', 1)]);
  const features = linear(graph, flat, width * (side / 2 ** stages.length) ** 2, embeddingSize);
  batchNorm(graph, features, embeddingSize, { output, ...(statistics && { statistics }) });
}

/** IBasicBlock: bn → conv → prelu → conv with the stride, beside the input or a strided 1×1 convolution of it. */
function residualBlock(
  graph: LayerGraph,
  x: string,
  { from, to, stride }: { from: number; to: number; stride: number },
): string {
  const h = prelu(graph, convolution(graph, batchNorm(graph, x, from), { from, to }), to);
  const branch = convolution(graph, h, { from: to, to, stride, scale: BRANCH_SCALE });
  return graph.add('Add', [branch, stride === 1 ? x : convolution(graph, x, { from, to, stride, window: 1 })]);
}

function iresnet(blocks: readonly [number, number, number, number]): IResNetShape {
  return { stem: 64, stages: blocks.map((count, i) => [64 * 2 ** i, count] as const) };
}
