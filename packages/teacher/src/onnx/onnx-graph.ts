// An ONNX graph that is put together node by node.
import {
  ATTRIBUTE,
  FLOAT,
  INT64,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './schema.js';

/** Name and sizes of an input or output; text is a size that the file leaves open. */
export type NamedShape = readonly [name: string, ...sizes: (number | string)[]];

export interface OnnxModelOptions {
  name: string;
  inputs: readonly NamedShape[];
  outputs: readonly NamedShape[];
  opset: number;
  /** Of the file format; onnx/docs/Versioning.md says which goes with which opset. */
  irVersion: number;
  metadata?: Readonly<Record<string, string>>;
}

/**
 * An ONNX graph that is put together node by node: float32 inputs, outputs and weights.
 * @example
 * ```ts
 * import { encodeModel, OnnxGraph } from '@lin/teacher/onnx';
 *
 * const graph = new OnnxGraph();
 * const doubled = graph.add('Mul', ['x', graph.floats([1], [2])]);
 * graph.add('Relu', [doubled], [], { output: 'y' });
 * const model = graph.model({ name: 'g', inputs: [['x', 'N', 3]], outputs: [['y', 'N', 3]], opset: 17, irVersion: 8 });
 * console.log(model.graph.node.map(({ op_type }) => op_type), encodeModel(model) instanceof Uint8Array);
 * ```
 * ```text
 * [ 'Mul', 'Relu' ] true
 * ```
 */
export class OnnxGraph {
  private readonly nodes: OnnxNode[] = [];
  private readonly weights: OnnxTensor[] = [];
  private readonly scope: string;

  /** @param options `scope`: what the names of nodes begin with. */
  constructor({ scope = '' }: { scope?: string } = {}) {
    this.scope = scope;
  }

  /** @returns the name of the node's output. */
  add(
    type: string,
    input: readonly string[],
    attribute: readonly OnnxAttribute[] = [],
    { name = this.nextName(type), output = name }: { name?: string; output?: string } = {},
  ): string {
    this.nodes.push({ op_type: type, name, input: [...input], output: [output], attribute: [...attribute] });
    return output;
  }

  /** As `add`, of a node with `count` outputs. */
  addMany(type: string, input: readonly string[], attribute: readonly OnnxAttribute[], count: number): string[] {
    const name = this.nextName(type);
    const output = Array.from({ length: count }, (_, i) => `${name}.${i}`);
    this.nodes.push({ op_type: type, name, input: [...input], output, attribute: [...attribute] });
    return output;
  }

  /** A float32 weight. @returns its name. */
  floats(dims: readonly number[], values: ArrayLike<number>): string {
    const { buffer } = Float32Array.from(values);
    return this.weight(dims, FLOAT, new Uint8Array(buffer));
  }

  /** A list of int64, such as a shape. */
  integers(values: readonly number[]): string {
    return this.weight([values.length], INT64, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  model({ name, inputs, outputs, opset, irVersion, metadata = {} }: OnnxModelOptions): OnnxModel {
    return {
      ir_version: irVersion,
      producer_name: 'lin',
      opset_import: [{ domain: '', version: opset }],
      metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: this.nodes,
        initializer: this.weights,
        input: inputs.map(valueOf),
        output: outputs.map(valueOf),
      },
    };
  }

  private nextName(type: string): string {
    return `${this.scope}${type}_${this.nodes.length}`;
  }

  private weight(dims: readonly number[], data_type: number, raw_data: Uint8Array): string {
    const name = `weight_${this.weights.length}`;
    this.weights.push({ name, dims: [...dims], data_type, raw_data });
    return name;
  }
}

export const int = (name: string, i: number): OnnxAttribute => ({ name, type: ATTRIBUTE.int, i });
export const ints = (name: string, values: readonly number[]): OnnxAttribute => ({
  name,
  type: ATTRIBUTE.ints,
  ints: [...values],
});

function valueOf([name, ...sizes]: NamedShape): OnnxValue {
  const dim = sizes.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}
