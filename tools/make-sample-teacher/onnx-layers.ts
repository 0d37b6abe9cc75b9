// The sample teacher's layers as ONNX nodes: every batch normalisation folded into the weights before it.
import {
  ATTRIBUTE,
  FLOAT,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../packages/teacher/src/onnx/schema.js';
import { EMBEDDING_SIZE, sampleTeacher, type ConvolutionShape, type Layers } from './network.js';
import type { Statistics } from './population-statistics.js';

/** A value of the graph: its name, and how many pixels a side it has. */
interface GraphValue {
  name: string;
  side: number;
}

/** What training left: kernels as tfjs has them (channels last), scale and offset of each batch normalisation. */
export type Parameters = ReadonlyMap<string, Float32Array>;

const INPUT = { name: 'input', side: 112 };
const OPSET = 11;
const IR_VERSION = 6;
const EPSILON = 1e-5; // of batchNorm in @lin/engine

/** [N, 3, 112, 112] in RGB order, scaled to (x − 127.5) / 127.5 → [N, 512]. */
export function onnxModel(parameters: Parameters, statistics: ReadonlyMap<string, Statistics>): OnnxModel {
  const layers = new OnnxLayers(parameters, statistics);
  const embedding = sampleTeacher(layers, INPUT);
  return {
    ir_version: IR_VERSION,
    producer_name: 'lin',
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: [],
    graph: {
      name: 'sample-teacher',
      node: layers.nodes,
      initializer: layers.weights,
      input: [floats(INPUT.name, [3, INPUT.side, INPUT.side])],
      output: [floats(embedding.name, [EMBEDDING_SIZE])],
    },
  };
}

class OnnxLayers implements Layers<GraphValue> {
  readonly nodes: OnnxNode[] = [];
  readonly weights: OnnxTensor[] = [];

  constructor(
    private readonly parameters: Parameters,
    private readonly statistics: ReadonlyMap<string, Statistics>,
  ) {}

  convolution(x: GraphValue, layer: string, { from, to, window, stride }: ConvolutionShape): GraphValue {
    const side = Math.ceil(x.side / stride);
    const padding = Math.max(0, (side - 1) * stride + window - x.side);
    const [before, after] = [Math.floor(padding / 2), Math.ceil(padding / 2)]; // as TensorFlow's `same`
    const { factors, bias } = this.folded(layer);
    // [window, window, from, to] → [to, from, window, window]
    const kernel = this.weight(`${layer}.kernel`, [to, from, window, window], (values, at) => {
      const [column, row] = [at % window, Math.floor(at / window) % window];
      const [input, output] = [Math.floor(at / window ** 2) % from, Math.floor(at / (window ** 2 * from))];
      return values[((row * window + column) * from + input) * to + output]! * factors[output]!;
    });
    const attributes = [
      integers('kernel_shape', [window, window]),
      integers('strides', [stride, stride]),
      integers('pads', [before, before, after, after]),
    ];
    return { name: this.node('Conv', layer, [x.name, kernel, bias], attributes), side };
  }

  relu(x: GraphValue): GraphValue {
    return { ...x, name: this.node('Relu', `${x.name}.relu`, [x.name]) };
  }

  add(x: GraphValue, y: GraphValue): GraphValue {
    return { ...x, name: this.node('Add', `${y.name}.add`, [x.name, y.name]) };
  }

  overPositions(x: GraphValue, layer: string, { side, channels }: { side: number; channels: number }): GraphValue {
    const { factors, bias } = this.folded(layer);
    // [side, side, channels] → [channels, 1, side, side]
    const kernel = this.weight(`${layer}.kernel`, [channels, 1, side, side], (values, at) => {
      const [position, channel] = [at % side ** 2, Math.floor(at / side ** 2)];
      return values[position * channels + channel]! * factors[channel]!;
    });
    const pooled = this.node(
      'Conv',
      layer,
      [x.name, kernel, bias],
      [integers('kernel_shape', [side, side]), integer('group', channels)],
    );
    return { name: this.node('Flatten', `${layer}.flat`, [pooled]), side: 1 };
  }

  linear(x: GraphValue, layer: string, { from, to }: { from: number; to: number }): GraphValue {
    const { factors, bias } = this.folded(layer);
    const kernel = this.weight(`${layer}.kernel`, [from, to], (values, at) => values[at]! * factors[at % to]!);
    return { name: this.node('Gemm', layer, [x.name, kernel, bias]), side: 1 };
  }

  /** scale (x − mean) / √(variance + ε) + offset as factors of the kernel's output channels, and a bias. */
  private folded(layer: string): { factors: Float64Array; bias: string } {
    const { mean, variance } = this.statistics.get(layer)!;
    const scale = this.parameters.get(`${layer}.scale`)!;
    const factors = Float64Array.from(scale, (value, i) => value / Math.sqrt(variance[i]! + EPSILON));
    const bias = this.weight(`${layer}.offset`, [scale.length], (offset, i) => offset[i]! - mean[i]! * factors[i]!);
    return { factors, bias };
  }

  private node(type: string, name: string, input: string[], attribute: OnnxAttribute[] = []): string {
    this.nodes.push({ op_type: type, name, input, output: [name], attribute });
    return name;
  }

  /** An initializer whose value at each place is made of the trained parameter of that name. */
  private weight(name: string, dims: number[], valueAt: (trained: Float32Array, at: number) => number): string {
    const trained = this.parameters.get(name)!;
    const values = Float32Array.from({ length: trained.length }, (_, at) => valueAt(trained, at));
    this.weights.push({ name, dims, data_type: FLOAT, raw_data: new Uint8Array(values.buffer) });
    return name;
  }
}

const integer = (name: string, i: number): OnnxAttribute => ({ name, type: ATTRIBUTE.int, i });
const integers = (name: string, ints: number[]): OnnxAttribute => ({ name, type: ATTRIBUTE.ints, ints });

function floats(name: string, perImage: number[]): OnnxValue {
  const dim = [{ dim_param: 'batch' }, ...perImage.map((size) => ({ dim_value: size }))];
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}
