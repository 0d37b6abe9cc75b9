// The shapes of ops' results without running them: TensorFlow's own inference, on a graph that never runs.
import protobuf from 'protobufjs';
import { TensorFlowError } from '../errors.js';
import type { OperationOutput, Pointer, TensorFlowLibrary } from '../tensorflow/c-api.js';
import { checked } from '../tensorflow/checked.js';
import type { TensorMetadata } from '../tensorflow/binding.js';
import type { ExecutedOp } from '../tensorflow/listening-binding.js';
import { bufferBytes, outputsArray, type TensorBytes } from '../tensorflow/tensor-memory.js';
import { attr, attrOf, encodeAttrValue, type AttrValue } from '../tensorflow/graph-def.js';

/** tensorflow/core/framework/op_def.proto. */
const OpDef = protobuf
  .parse(
    `
    syntax = "proto3";
    message ArgDef { string number_attr = 5; string type_list_attr = 6; }
    message OpDef { repeated ArgDef input_arg = 2; }
  `,
    { keepCase: true },
  )
  .root.lookupType('OpDef');

/** Shapes, axes and paddings are shorter than this; of longer constants no shape depends on the values. */
const MOST_VALUES = 1024;

export class ShapeGraph {
  private readonly graph: Pointer;
  private readonly outputs = new Map<number, OperationOutput>();
  /** By op: whether each of its inputs is a list of tensors. */
  private readonly lists = new Map<string, boolean[]>();
  private nodes = 0;

  constructor(private readonly tf: TensorFlowLibrary) {
    this.graph = tf.newGraph();
  }

  /** A tensor of which the shape is known, and no more. */
  placeholder(id: number, { shape, dtype }: Omit<TensorBytes, 'bytes'>): void {
    const operation = this.add('Placeholder', { dtype: attr.type(dtype), shape: attr.shape(shape) }, []);
    this.outputs.set(id, { operation, index: 0 });
  }

  constant(id: number, tensor: TensorBytes): void {
    const { shape, dtype } = tensor;
    if (shape.reduce((product, size) => product * size, 1) > MOST_VALUES) return this.placeholder(id, tensor);
    const operation = this.add('Const', { dtype: attr.type(dtype), value: attr.tensor(tensor) }, []);
    this.outputs.set(id, { operation, index: 0 });
  }

  /** @throws TensorFlowError where TensorFlow refuses the op, or cannot tell a shape. */
  infer({ name, attributes, inputs }: Omit<ExecutedOp, 'outputs' | 'updates'>, newId: () => number): TensorMetadata[] {
    const { tf } = this;
    const attributeMap = Object.fromEntries(attributes.map((attribute) => [attribute.name, attrOf(attribute)]));
    const operation = this.add(
      name,
      attributeMap,
      inputs.map((id) => this.outputs.get(id)!),
    );
    return Array.from({ length: tf.operationOutputs(operation) }, (_, index) => {
      const output = { operation, index };
      const spec = { shape: this.shapeOf(name, output), dtype: tf.outputDtype(output) };
      const id = newId();
      this.outputs.set(id, output);
      return { id, ...spec };
    });
  }

  dispose(): void {
    this.tf.deleteGraph(this.graph);
  }

  private add(
    op: string,
    attributes: Readonly<Record<string, AttrValue>>,
    inputs: readonly OperationOutput[],
  ): Pointer {
    const { tf } = this;
    const lists = this.listsOf(op); // before the operation is begun, which only its end frees
    const operation = tf.newOperation(this.graph, op, String(this.nodes++));
    const encoded = Object.entries(attributes).map(([name, value]) => [name, encodeAttrValue(value)] as const);
    return checked(tf, op, (status) => {
      const lengthOfLists = inputs.length - lists.filter((isList) => !isList).length; // of the only one, where there is one
      let next = 0;
      for (const isList of lists) {
        if (!isList) tf.addOperationInput(operation, inputs[next++]!);
        else {
          tf.addOperationInputs(operation, outputsArray(inputs.slice(next, next + lengthOfLists)), lengthOfLists);
          next += lengthOfLists;
        }
      }
      for (const [name, bytes] of encoded) tf.setOperationAttribute(operation, name, bytes, bytes.length, status);
      return tf.finishOperation(operation, status);
    });
  }

  private shapeOf(op: string, output: OperationOutput): number[] {
    const { tf, graph } = this;
    const rank = checked(tf, op, (status) => tf.outputRank(graph, output, status));
    const dims = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) checked(tf, op, (status) => tf.outputShape(graph, output, dims, rank, status));
    const shape = Array.from(dims, Number);
    if (rank < 0 || shape.includes(-1))
      throw new TensorFlowError(`${op}: its shape cannot be told without running it.`);
    return shape;
  }

  private listsOf(op: string): boolean[] {
    const known = this.lists.get(op);
    if (known) return known;
    const { tf, graph } = this;
    const buffer = tf.emptyBuffer();
    try {
      checked(tf, op, (status) => tf.opDef(graph, op, buffer, status));
      const { input_arg } = OpDef.toObject(OpDef.decode(bufferBytes(tf, buffer)), { defaults: true, arrays: true }) as {
        input_arg: { number_attr: string; type_list_attr: string }[];
      };
      const lists = input_arg.map(({ number_attr, type_list_attr }) => number_attr !== '' || type_list_attr !== '');
      if (lists.filter(Boolean).length > 1) throw new TensorFlowError(`${op}: it takes several lists of tensors.`);
      this.lists.set(op, lists);
      return lists;
    } finally {
      tf.deleteBuffer(buffer);
    }
  }
}
