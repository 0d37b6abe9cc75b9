// @lin/teacher/onnx: ONNX files, made node by node and run. What reads them is a teacher.
export { int, ints, OnnxGraph, type NamedShape, type OnnxModelOptions } from './onnx/onnx-graph.js';
export { encodeModel, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor } from './onnx/schema.js';
export { STAND_IN_KEY } from './recognition/inspect-recogniser.js';
export { Session } from './session/session.js';
