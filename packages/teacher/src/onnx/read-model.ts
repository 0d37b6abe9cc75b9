// The bytes of an ONNX file: their SHA-256, and the graph in them. A file under a model's name that is something else is called what it is.
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { TeacherError } from '../errors.js';
import { decodeModel, EXTERNAL, type OnnxModel, type OnnxValue } from './schema.js';

export interface ModelFile {
  path: string;
  bytes: number;
  sha256: string;
  model: OnnxModel;
}

/** An input or output of a graph; a size is undefined where the file leaves it open. */
export interface GraphValue {
  name: string;
  /** ONNX's number of the element type, such as FLOAT. */
  elementType: number;
  sizes: (number | undefined)[];
}

/** protobuf's own limit on a message: an ONNX file that is larger keeps its weights elsewhere. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;
/** A pace at which hashing holds up the event loop for a few milliseconds at most. */
const CHUNK_BYTES = 1 << 20;

/** @throws TeacherError where the file is not there, or is not an ONNX model. */
export async function readModel(path: string): Promise<ModelFile> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new TeacherError(`${path} cannot be read (${error.code}); check the path and its permissions.`);
  });
  try {
    const { bytes, sha256 } = await readAndHash(file, path);
    refuseOtherFormats(bytes, path);
    return { path, bytes: bytes.length, sha256, model: parse(bytes, path) };
  } finally {
    await file.close();
  }
}

/** What a caller has to feed: weights that old exporters list as inputs do not count. */
export function inputsOf({ graph }: OnnxModel): GraphValue[] {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.filter(({ name }) => !weights.has(name)).map(valueOf);
}

export const outputsOf = ({ graph }: OnnxModel): GraphValue[] => graph.output.map(valueOf);

/** For messages: "input.1" [N, 3, 112, 112]. */
export const describeValue = ({ name, sizes }: GraphValue) =>
  `"${name}" [${sizes.map((size) => size ?? 'N').join(', ')}]`;

async function readAndHash(file: FileHandle, path: string): Promise<{ bytes: Buffer; sha256: string }> {
  const entry = await file.stat();
  if (!entry.isFile()) throw new TeacherError(`${path} is not a file; name the .onnx file itself.`);
  if (entry.size > MAX_MODEL_BYTES)
    throw new TeacherError(
      `${path} has ${entry.size} bytes, more than an ONNX file can have (${MAX_MODEL_BYTES}); it is another file.`,
    );
  const bytes = Buffer.allocUnsafe(entry.size);
  const hash = createHash('sha256');
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file
      .read(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at), at)
      .catch((error: NodeJS.ErrnoException) => {
        throw new TeacherError(`${path} cannot be read (${error.code}); copy it again.`);
      });
    if (bytesRead === 0) break; // it has become shorter since
    hash.update(bytes.subarray(at, at + bytesRead));
    at += bytesRead;
  }
  return { bytes: bytes.subarray(0, at), sha256: hash.digest('hex') };
}

/** Downloads that went wrong leave pages and pointers under a model's name; say so rather than "protobuf parsing failed". */
function refuseOtherFormats(bytes: Buffer, path: string): void {
  const start = bytes.subarray(0, 200).toString('latin1').trimStart();
  const found =
    bytes.length === 0
      ? 'an empty file'
      : start.startsWith('<')
        ? 'an HTML page'
        : start.startsWith('version https://git-lfs')
          ? 'a Git LFS pointer'
          : start.startsWith('PK\x03\x04')
            ? 'a zip archive'
            : undefined;
  if (found) throw new TeacherError(`${path} is ${found}, not an ONNX model; download the model again.`);
}

function parse(bytes: Buffer, path: string): OnnxModel {
  let model: OnnxModel;
  try {
    model = decodeModel(bytes);
  } catch {
    throw new TeacherError(
      `${path} (${bytes.length} bytes) is not a whole ONNX model; it may be cut short, download it again.`,
    );
  }
  if (!model.graph?.node.length)
    throw new TeacherError(`${path} is not an ONNX model: it holds no graph; download the model again.`);
  if (model.graph.initializer.some(({ data_location }) => data_location === EXTERNAL)) {
    throw new TeacherError(
      `${path} keeps its weights in another file; save it as one (onnx.save_model(model, path, save_as_external_data=False)).`,
    );
  }
  return model;
}

function valueOf({ name, type }: OnnxValue): GraphValue {
  const tensor = type?.tensor_type;
  return {
    name,
    elementType: tensor?.elem_type ?? 0,
    // −1 is how some exporters leave a size open
    sizes: (tensor?.shape?.dim ?? []).map(({ dim_value = 0 }) => (dim_value > 0 ? dim_value : undefined)),
  };
}
