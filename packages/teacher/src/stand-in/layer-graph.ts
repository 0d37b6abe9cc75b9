// An ONNX graph that is put together layer by layer, with seeded random weights.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { STAND_IN_KEY } from '../recognition/inspect-recogniser.js';
import {
  ATTRIBUTE,
  FLOAT,
  INT64,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../onnx/schema.js';

const OPSET = 11; // what InsightFace's exporters write
const IR_VERSION = 6;

/** Name and sizes of an input or output; text is a size that the file leaves open. */
export type NamedShape = readonly [name: string, ...sizes: (number | string)[]];

export class LayerGraph {
  private readonly nodes: OnnxNode[] = [];
  private readonly weights: OnnxTensor[] = [];
  private readonly random;

  constructor(seed: number) {
    this.random = xoroshiro128plus(seed);
  }

  /** @returns the name of the layer's output. */
  add(
    type: string,
    input: string[],
    attribute: OnnxAttribute[] = [],
    { name = `${type}_${this.nodes.length}`, output = name }: { name?: string; output?: string } = {},
  ): string {
    this.nodes.push({ op_type: type, name, input, output: [output], attribute });
    return output;
  }

  /** A window that keeps the sides; `bias` is that of each output channel. */
  convolution(
    x: string,
    { from, bias, window = 1, deviation }: { from: number; bias: number[]; window?: number; deviation: number },
  ): string {
    const kernel = this.noise([bias.length, from, window, window], deviation / Math.sqrt(from * window * window));
    const padding = (window - 1) / 2;
    return this.add(
      'Conv',
      [x, kernel, this.floats([bias.length], bias)],
      [ints('kernel_shape', [window, window]), ints('pads', [padding, padding, padding, padding])],
    );
  }

  /** Means over windows of `window` pixels, `stride` apart. */
  means(x: string, window: number, stride: number): string {
    const padding = Math.floor((window - stride) / 2);
    return this.add(
      'AveragePool',
      [x],
      [
        ints('kernel_shape', [window, window]),
        ints('strides', [stride, stride]),
        ints('pads', [padding, padding, padding, padding]),
      ],
    );
  }

  linear(
    x: string,
    { from, bias, deviation, output }: { from: number; bias: number[]; deviation: number; output?: string },
  ): string {
    const kernel = this.noise([bias.length, from], deviation / Math.sqrt(from));
    return this.add(
      'Gemm',
      [x, kernel, this.floats([bias.length], bias)],
      [int('transB', 1)],
      output === undefined ? {} : { output },
    );
  }

  floats(dims: number[], values: ArrayLike<number>): string {
    const { buffer } = Float32Array.from(values);
    return this.weight(dims, FLOAT, new Uint8Array(buffer));
  }

  integers(values: number[]): string {
    return this.weight([values.length], INT64, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /** Numbers from −1 to 1. */
  uniform(count: number): number[] {
    return Array.from({ length: count }, () => 2 * uniformFloat64(this.random) - 1);
  }

  finish(inputs: NamedShape[], outputs: NamedShape[]): OnnxModel {
    return {
      ir_version: IR_VERSION,
      producer_name: 'lin',
      opset_import: [{ domain: '', version: OPSET }],
      metadata_props: [{ key: STAND_IN_KEY, value: 'true' }],
      graph: {
        name: 'stand-in',
        node: this.nodes,
        initializer: this.weights,
        input: inputs.map(valueOf),
        output: outputs.map(valueOf),
      },
    };
  }

  private noise(dims: number[], deviation: number): string {
    const count = dims.reduce((product, size) => product * size, 1);
    return this.floats(
      dims,
      this.uniform(count).map((value) => value * Math.sqrt(3) * deviation),
    );
  }

  private weight(dims: number[], data_type: number, raw_data: Uint8Array): string {
    const name = `weight_${this.weights.length}`;
    this.weights.push({ name, dims, data_type, raw_data });
    return name;
  }
}

export const int = (name: string, i: number): OnnxAttribute => ({ name, type: ATTRIBUTE.int, i });
export const ints = (name: string, values: number[]): OnnxAttribute => ({ name, type: ATTRIBUTE.ints, ints: values });

function valueOf([name, ...sizes]: NamedShape): OnnxValue {
  const dim = sizes.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}
