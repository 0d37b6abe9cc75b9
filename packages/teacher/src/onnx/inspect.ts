// What an ONNX file is, from its bytes: whether it is a face recogniser, how its pixels are to be scaled, whether Lin made it as a stand-in.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TeacherError } from '../errors.js';
import { INPUT_SIZE, type PixelScaling } from '../recognition/planes.js';
import { decodeModel, type OnnxDimension, type OnnxModel, type OnnxValue } from './schema.js';

/** Key of `metadata_props` that marks Lin's own stand-in teacher. */
export const STAND_IN_KEY = 'lin.standIn';

export interface RecogniserFile {
  path: string;
  sha256: string;
  /** Images of one run; undefined where any number is taken. */
  fixedBatch: number | undefined;
  /** Length of its output; undefined where the file leaves it open. */
  embeddingSize: number | undefined;
  pixels: PixelScaling;
  standIn: boolean;
}

/** @throws TeacherError where the file is not there, is no ONNX model, or is one that does not turn faces into embeddings. */
export async function inspectRecogniser(path: string): Promise<RecogniserFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new TeacherError(`${path} cannot be read (${error.code}); check model.insightface_model.`);
  });
  refuseOtherFormats(bytes, path);
  const model = parse(bytes, path);
  const input = inputOf(model, path);
  const output = outputOf(model, path);
  return {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    fixedBatch: sizeOf(input[0]),
    embeddingSize: sizeOf(output.at(-1)),
    pixels: scalesItself(model) ? { mean: 0, scale: 1 } : { mean: 127.5, scale: 127.5 },
    standIn: model.metadata_props.some(({ key, value }) => key === STAND_IN_KEY && value === 'true'),
  };
}

/** Downloads that went wrong leave pages and pointers under a model's name; say so rather than "protobuf parsing failed". */
function refuseOtherFormats(bytes: Buffer, path: string): void {
  const start = bytes.subarray(0, 200).toString('latin1').trimStart();
  const found = bytes.length === 0 ? 'an empty file' : start.startsWith('<') ? 'an HTML page' : start.startsWith('version https://git-lfs') ? 'a Git LFS pointer' : undefined;
  if (found) throw new TeacherError(`${path} is ${found}, not an ONNX model; download the model again.`);
}

function parse(bytes: Buffer, path: string): OnnxModel {
  let model: OnnxModel;
  try {
    model = decodeModel(bytes);
  } catch {
    throw new TeacherError(`${path} (${bytes.length} bytes) is not a whole ONNX model; it may be cut short, download it again.`);
  }
  if (!model.graph?.node.length) throw new TeacherError(`${path} is not an ONNX model: it holds no graph; download the model again.`);
  return model;
}

function inputOf({ graph }: OnnxModel, path: string): OnnxDimension[] {
  const weights = new Set(graph.initializer.map(({ name }) => name)); // old exporters list weights among the inputs
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const shape = inputs.length === 1 ? dimensionsOf(inputs[0]!) : [];
  const [, channels, height, width] = shape;
  const fits = shape.length === 4 && [[channels, 3], [height, INPUT_SIZE], [width, INPUT_SIZE]].every(([dim, size]) => [size, undefined].includes(sizeOf(dim as OnnxDimension)));
  if (fits) return shape;
  throw new TeacherError(`${path} is not a face recogniser: expected one input [N, 3, ${INPUT_SIZE}, ${INPUT_SIZE}], found ${inputs.map(describe).join(' and ') || 'none'}; name the pack's recognition model.`);
}

function outputOf({ graph }: OnnxModel, path: string): OnnxDimension[] {
  const shape = graph.output.length === 1 ? dimensionsOf(graph.output[0]!) : undefined;
  if (shape && (shape.length === 2 || shape.length === 0)) return shape;
  throw new TeacherError(`${path} is not a face recogniser: expected one output [N, embedding], found ${graph.output.map(describe).join(' and ') || 'none'}; name the pack's recognition model.`);
}

/** InsightFace's rule (python-package model_zoo/arcface_onnx.py): a model exported from MXNet subtracts and multiplies in its first nodes. */
function scalesItself({ graph }: OnnxModel): boolean {
  const first = graph.node.slice(0, 8).map(({ name }) => name);
  const some = (...prefixes: string[]) => first.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return some('Sub', '_minus') && some('Mul', '_mul');
}

const dimensionsOf = (value: OnnxValue) => value.type?.tensor_type?.shape?.dim ?? [];
const sizeOf = (dim: OnnxDimension | undefined) => (dim?.dim_value ? dim.dim_value : undefined);
const describe = (value: OnnxValue) => `"${value.name}" [${dimensionsOf(value).map((dim) => sizeOf(dim) ?? 'N').join(', ')}]`;
