// An ONNX file in the shape of ArcFace's IResNet (insightface recognition/arcface_torch/backbones/iresnet.py), narrow, with seeded random weights.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { INPUT_SIZE, STAND_IN_KEY } from '../recognition/inspect-recogniser.js';
import { ATTRIBUTE, FLOAT, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValue } from '../onnx/schema.js';

export interface IResNetOptions {
  embeddingSize: number;
  seed: number;
  /** Mean and variance of each coordinate before the last batch normalisation, which makes them 0 and 1. */
  statistics?: { mean: Float32Array; variance: Float32Array };
}

const OPSET = 11; // what arcface_torch's exporter writes
const IR_VERSION = 6;
const STAGE_WIDTHS = [16, 32, 64, 128];
const STEM_WIDTH = 16;
/** Small, so that an untrained residual branch perturbs its block's input rather than drowning it. */
const BRANCH_SCALE = 0.4;
const PRELU_SLOPE = 0.25;

/** stem → a stride-2 residual block per stage → batch normalisation → linear → batch normalisation; [N, 3, 112, 112] → [N, embeddingSize]. */
export function buildIResNet({ embeddingSize, seed, statistics }: IResNetOptions): OnnxModel {
  const graph = new GraphBuilder(seed);
  let x = graph.prelu(graph.batchNorm(graph.convolution('input', { from: 3, to: STEM_WIDTH }), STEM_WIDTH), STEM_WIDTH);
  let width = STEM_WIDTH;
  for (const to of STAGE_WIDTHS) {
    x = residualBlock(graph, x, width, to);
    width = to;
  }
  const side = INPUT_SIZE / 2 ** STAGE_WIDTHS.length;
  const flat = graph.node('Flatten', [graph.batchNorm(x, width)], [integer('axis', 1)]);
  const features = graph.linear(flat, width * side * side, embeddingSize);
  const embedding = graph.batchNorm(features, embeddingSize, { ...statistics });
  return {
    ir_version: IR_VERSION,
    producer_name: 'lin',
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: [{ key: STAND_IN_KEY, value: 'true' }],
    graph: {
      name: 'stand-in-teacher',
      node: graph.nodes,
      initializer: graph.weights,
      input: [value('input', [3, INPUT_SIZE, INPUT_SIZE])],
      output: [value(embedding, [embeddingSize])],
    },
  };
}

/** IBasicBlock: bn → conv → bn → prelu → conv, stride 2 → bn, beside a strided 1×1 convolution. */
function residualBlock(graph: GraphBuilder, x: string, from: number, to: number): string {
  let h = graph.convolution(graph.batchNorm(x, from), { from, to });
  h = graph.prelu(graph.batchNorm(h, to), to);
  h = graph.batchNorm(graph.convolution(h, { from: to, to, stride: 2 }), to, { scale: BRANCH_SCALE });
  const shortcut = graph.batchNorm(graph.convolution(x, { from, to, stride: 2, window: 1 }), to);
  return graph.node('Add', [h, shortcut]);
}

class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly weights: OnnxTensor[] = [];
  private readonly random;

  constructor(seed: number) {
    this.random = xoroshiro128plus(seed);
  }

  node(type: string, input: string[], attribute: OnnxAttribute[] = []): string {
    const name = `${type.toLowerCase()}${this.nodes.length}`;
    this.nodes.push({ op_type: type, name, input, output: [name], attribute });
    return name;
  }

  convolution(x: string, { from, to, stride = 1, window = 3 }: { from: number; to: number; stride?: number; window?: number }): string {
    const kernel = this.randomWeight([to, from, window, window], Math.sqrt(2 / (from * window * window)));
    const padding = (window - 1) / 2;
    return this.node('Conv', [x, kernel], [
      integers('kernel_shape', [window, window]),
      integers('strides', [stride, stride]),
      integers('pads', [padding, padding, padding, padding]),
    ]);
  }

  linear(x: string, from: number, to: number): string {
    const kernel = this.randomWeight([to, from], Math.sqrt(1 / from));
    return this.node('Gemm', [x, kernel, this.constant([to], 0)], [integer('transB', 1)]);
  }

  prelu(x: string, channels: number): string {
    return this.node('PRelu', [x, this.constant([channels, 1, 1], PRELU_SLOPE)]);
  }

  batchNorm(x: string, channels: number, { scale = 1, mean, variance }: { scale?: number; mean?: Float32Array; variance?: Float32Array } = {}): string {
    const shape = [channels];
    const parameters = [
      this.constant(shape, scale),
      this.constant(shape, 0),
      mean ? this.weight(shape, mean) : this.constant(shape, 0),
      variance ? this.weight(shape, variance) : this.constant(shape, 1),
    ];
    return this.node('BatchNormalization', [x, ...parameters], [{ name: 'epsilon', type: ATTRIBUTE.float, f: 1e-5 }]);
  }

  /** Uniform with mean 0 and the given standard deviation. */
  private randomWeight(shape: number[], deviation: number): string {
    const bound = Math.sqrt(3) * deviation;
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) values[i] = bound * (2 * uniformFloat64(this.random) - 1);
    return this.weight(shape, values);
  }

  private constant(shape: number[], constant: number): string {
    return this.weight(shape, new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(constant));
  }

  private weight(shape: number[], values: Float32Array): string {
    const name = `weight${this.weights.length}`;
    this.weights.push({ name, dims: shape, data_type: FLOAT, raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
    return name;
  }
}

const integer = (name: string, i: number): OnnxAttribute => ({ name, type: ATTRIBUTE.int, i });
const integers = (name: string, ints: number[]): OnnxAttribute => ({ name, type: ATTRIBUTE.ints, ints });

function value(name: string, perImage: number[]): OnnxValue {
  const dim = [{ dim_param: 'batch' }, ...perImage.map((size) => ({ dim_value: size }))];
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}
