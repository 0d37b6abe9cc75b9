// The part of onnx.proto (github.com/onnx/onnx, onnx/onnx.proto3) that Lin reads and writes.
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Attribute {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4;
    repeated float floats = 7; repeated int64 ints = 8; int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2;
    string name = 3; string op_type = 4; repeated Attribute attribute = 5;
  }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; int32 data_location = 14; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message OperatorSet { string domain = 1; int64 version = 2; }
  message StringEntry { string key = 1; string value = 2; }
  message Model {
    int64 ir_version = 1; string producer_name = 2; Graph graph = 7;
    repeated OperatorSet opset_import = 8; repeated StringEntry metadata_props = 14;
  }
`,
  { keepCase: true },
);

const Model = root.lookupType('Model');

/** ONNX's numbers of types (onnx.proto, TensorProto.DataType and AttributeProto.AttributeType). */
export const FLOAT = 1;
export const INT64 = 7;
export const FLOAT16 = 10;
/** TensorProto.DataLocation of a weight that is in a file beside. */
export const EXTERNAL = 1;
export const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

export interface OnnxDimension {
  dim_value?: number;
  dim_param?: string;
}

export interface OnnxValue {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: OnnxDimension[] } } };
}

export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  ints?: number[];
}

export interface OnnxNode {
  op_type: string;
  name: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

export interface OnnxTensor {
  name: string;
  dims: number[];
  data_type: number;
  raw_data: Uint8Array;
  data_location?: number;
}

export interface OnnxModel {
  ir_version: number;
  producer_name: string;
  graph: { name: string; node: OnnxNode[]; initializer: OnnxTensor[]; input: OnnxValue[]; output: OnnxValue[] };
  opset_import: { domain: string; version: number }[];
  metadata_props: { key: string; value: string }[];
}

export function encodeModel(model: OnnxModel): Uint8Array {
  return Model.encode(Model.fromObject(model)).finish();
}

/** @throws Error where the bytes are not a protobuf message. Weights are views into `bytes`, not copies. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return Model.toObject(Model.decode(bytes), {
    longs: Number,
    arrays: true,
    defaults: true,
    oneofs: false,
  }) as OnnxModel;
}
