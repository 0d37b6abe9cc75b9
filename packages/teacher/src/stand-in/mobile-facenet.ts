// An untrained network in the shape of MobileFaceNet (insightface recognition/arcface_torch/backbones/mobilefacenet.py):
// blocks 2, 8, 12, 4 at scale 2, which gives w600k_mbf.onnx's size to 2 %.
import { batchNorm, convolution, linear, prelu, type ConvolutionOptions } from './backbone.js';
import type { BackboneOptions } from './iresnet.js';
import { int } from '../onnx/onnx-graph.js';
import type { LayerGraph } from './layer-graph.js';

const STEM = 128;
const LAST = 512;
const FIRST_BLOCKS = 2;
/** Strided block, then residual blocks: channels out, width of the depthwise convolutions, how many. */
const STAGES = [
  { to: 128, strided: 128, blocks: 8, width: 128 },
  { to: 256, strided: 256, blocks: 12, width: 256 },
  { to: 256, strided: 512, blocks: 4, width: 256 },
] as const;
/** Small, so that an untrained residual branch perturbs its block's input rather than drowning it. */
const BRANCH_SCALE = 0.4;

/** [N, 3, side, side] → [N, embeddingSize]. */
export function addMobileFaceNet(
  graph: LayerGraph,
  { input, output, side, embeddingSize, statistics }: BackboneOptions,
): void {
  let x = convBlock(graph, input, { from: 3, to: STEM, stride: 2 });
  x = residualBlocks(graph, x, { count: FIRST_BLOCKS, channels: STEM, width: STEM });
  let from: number = STEM;
  for (const { to, strided, blocks, width } of STAGES) {
    x = depthwiseBlock(graph, x, { from, to, width: strided, stride: 2 });
    x = residualBlocks(graph, x, { count: blocks, channels: to, width });
    from = to;
  }
  x = convBlock(graph, x, { from, to: LAST, window: 1 });
  x = convolution(graph, x, { from: LAST, to: LAST, groups: LAST, window: side / 2 ** 4, padding: 0 });
  const features = linear(graph, graph.add('Flatten', [x], [int('axis', 1)]), LAST, embeddingSize);
  batchNorm(graph, features, embeddingSize, { output, ...(statistics && { statistics }) });
}

const convBlock = (graph: LayerGraph, x: string, options: ConvolutionOptions) =>
  prelu(graph, convolution(graph, x, options), options.to);

function residualBlocks(
  graph: LayerGraph,
  x: string,
  { count, channels, width }: { count: number; channels: number; width: number },
): string {
  for (let block = 0; block < count; block++)
    x = graph.add('Add', [
      x,
      depthwiseBlock(graph, x, { from: channels, to: channels, width, stride: 1, scale: BRANCH_SCALE }),
    ]);
  return x;
}

/** 1×1 up to `width`, depthwise 3×3, 1×1 down to `to`. */
function depthwiseBlock(
  graph: LayerGraph,
  x: string,
  { from, to, width, stride, scale = 1 }: { from: number; to: number; width: number; stride: number; scale?: number },
): string {
  const wide = convBlock(graph, x, { from, to: width, window: 1 });
  const deep = convBlock(graph, wide, { from: width, to: width, groups: width, stride });
  return convolution(graph, deep, { from: width, to, window: 1, scale });
}
