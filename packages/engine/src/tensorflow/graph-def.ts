// GraphDef (tensorflow/core/framework/graph.proto, node_def.proto, attr_value.proto, tensor.proto): what TF_GraphImportGraphDef reads.
import protobuf from 'protobufjs';
import { attributeTypes, dtypes } from './dtypes.js';
import type { OpAttribute } from './op-attributes.js';
import type { TensorBytes } from './tensor-memory.js';

const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Dim { int64 size = 1; }
  message Shape { repeated Dim dim = 2; }
  message Tensor {
    int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4;
    repeated float float_val = 5; repeated int32 int_val = 7; repeated bool bool_val = 11;
  }
  message ListValue {
    repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4;
    repeated bool b = 5; repeated int32 type = 6; repeated Shape shape = 7;
  }
  message AttrValue {
    oneof value {
      ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4;
      bool b = 5; int32 type = 6; Shape shape = 7; Tensor tensor = 8;
    }
  }
  message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
  message Versions { int32 producer = 1; }
  message GraphDef { repeated NodeDef node = 1; Versions versions = 4; }
`,
  { keepCase: true },
);

const GraphDef = root.lookupType('GraphDef');
const AttrValueMessage = root.lookupType('AttrValue');

/** TF_GRAPH_DEF_VERSION of TensorFlow 2.9, the oldest that Lin runs on. */
const PRODUCER = 1087;

export type AttrValue = Record<string, unknown>;

export interface Node {
  name: string;
  op: string;
  /** `name`, `name:1` for a later output, `^name` to run after it. */
  input: readonly string[];
  attr?: Readonly<Record<string, AttrValue>>;
}

export function encodeGraphDef(nodes: readonly Node[]): Uint8Array {
  return GraphDef.encode(GraphDef.fromObject({ node: nodes, versions: { producer: PRODUCER } })).finish();
}

/** A serialised AttrValue. */
export function encodeAttrValue(value: AttrValue): Uint8Array {
  return AttrValueMessage.encode(AttrValueMessage.fromObject(value)).finish();
}

export const attr = {
  type: (type: number): AttrValue => ({ type }),
  bool: (b: boolean): AttrValue => ({ b }),
  string: (text: string): AttrValue => ({ s: Buffer.from(text) }),
  shape: (shape: readonly number[]): AttrValue => ({ shape: shapeProto(shape) }),
  tensor: (tensor: TensorBytes): AttrValue => ({
    tensor: {
      dtype: tensor.dtype,
      tensor_shape: shapeProto(tensor.shape),
      ...(repeatedValue(tensor) ?? { tensor_content: tensor.bytes }),
    },
  }),
};

/** A Const of one number. */
export const int32Constant = (name: string, value: number): Node => int32Tensor(name, [], [value]);

/** A Const of whole numbers. */
export const int32Tensor = (name: string, shape: readonly number[], values: readonly number[]): Node => ({
  name,
  op: 'Const',
  input: [],
  attr: {
    dtype: attr.type(dtypes.TF_INT32),
    value: attr.tensor({ shape, dtype: dtypes.TF_INT32, bytes: new Uint8Array(Int32Array.from(values).buffer) }),
  },
});

/**
 * A tensor of equal values as one of them, which tensor.proto lets stand for all: a gradient's ones or zeros are as large as an activation,
 * and TensorFlow copies a graph ten times while it optimises it.
 */
function repeatedValue({ dtype, bytes }: TensorBytes) {
  const field = VALUE_FIELDS[dtype];
  if (!field || bytes.length === 0) return undefined;
  const { name, size, read } = field;
  const isRepeated = Buffer.compare(bytes.subarray(size), bytes.subarray(0, bytes.length - size)) === 0;
  return isRepeated ? { [name]: [read(new DataView(bytes.buffer, bytes.byteOffset))] } : undefined;
}

/** Little-endian, as tensor_content is. */
const VALUE_FIELDS: Record<number, { name: string; size: number; read: (view: DataView) => number | boolean }> = {
  [dtypes.TF_FLOAT]: { name: 'float_val', size: 4, read: (view) => view.getFloat32(0, true) },
  [dtypes.TF_INT32]: { name: 'int_val', size: 4, read: (view) => view.getInt32(0, true) },
  [dtypes.TF_BOOL]: { name: 'bool_val', size: 1, read: (view) => view.getUint8(0) !== 0 },
};

/** An attribute as tfjs's kernels describe it for an eager op. */
export function attrOf({ type, value }: OpAttribute): AttrValue {
  const field = FIELDS[type];
  if (!field) throw new Error(`GraphDef: attribute type ${type} is unknown.`);
  const convert = CONVERSIONS[field] ?? ((one: unknown) => one);
  if (field === 'shape') return attr.shape(value as number[]);
  return Array.isArray(value) ? { list: { [field]: value.map(convert) } } : { [field]: convert(value) };
}

const FIELDS: Record<number, string> = {
  [attributeTypes.TF_ATTR_STRING]: 's',
  [attributeTypes.TF_ATTR_INT]: 'i',
  [attributeTypes.TF_ATTR_FLOAT]: 'f',
  [attributeTypes.TF_ATTR_BOOL]: 'b',
  [attributeTypes.TF_ATTR_TYPE]: 'type',
  [attributeTypes.TF_ATTR_SHAPE]: 'shape',
};
const CONVERSIONS: Record<string, (value: unknown) => unknown> = {
  s: (value) => Buffer.from(value as string),
  b: Boolean,
};

const shapeProto = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size })) });
