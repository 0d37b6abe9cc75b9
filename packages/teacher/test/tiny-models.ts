// ONNX files that are small enough to know what they must answer.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTRIBUTE, encodeModel, FLOAT, type OnnxModel, type OnnxNode, type OnnxTensor } from '../src/onnx/schema.js';

export const SIDE = 112;
export const IMAGE_BYTES = SIDE * SIDE * 3;

/** A pixel that a coordinate of the embedding reads. */
export interface Pick {
  row: number;
  column: number;
  channel: number;
}

const value = (name: string, shape: (number | string)[]) => ({
  name,
  type: {
    tensor_type: {
      elem_type: FLOAT,
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size })) },
    },
  },
});

export function tensor(name: string, dims: number[], values: Float32Array): OnnxTensor {
  return { name, dims, data_type: FLOAT, raw_data: new Uint8Array(values.buffer) };
}

export interface PickModelOptions {
  /** Coordinate i of the embedding is picks[i]'s pixel as the network receives it. */
  picks: Pick[];
  batch?: number | string;
  /** Nodes before the convolution; the last must give `scaled`. */
  before?: OnnxNode[];
  weights?: OnnxTensor[];
  input?: (number | string)[];
  outputs?: string[];
  /** Values of an image that the outputs state. */
  outputSize?: number;
}

/** A convolution as wide as the image, with one weight of 1 for each coordinate. */
export function pickModel({
  picks,
  batch = 'N',
  before = [],
  weights = [],
  input = [batch, 3, SIDE, SIDE],
  outputs = ['embedding'],
  outputSize = picks.length,
}: PickModelOptions): OnnxModel {
  const kernel = new Float32Array(picks.length * IMAGE_BYTES);
  picks.forEach(
    ({ row, column, channel }, i) => (kernel[i * IMAGE_BYTES + channel * SIDE * SIDE + row * SIDE + column] = 1),
  );
  return {
    ir_version: 6,
    producer_name: 'test',
    opset_import: [{ domain: '', version: 11 }],
    metadata_props: [],
    graph: {
      name: 'pick',
      node: [
        ...before,
        {
          op_type: 'Conv',
          name: 'conv',
          input: [before.length ? 'scaled' : 'input', 'kernel'],
          output: ['picked'],
          attribute: [{ name: 'kernel_shape', type: ATTRIBUTE.ints, ints: [SIDE, SIDE] }],
        },
        { op_type: 'Flatten', name: 'flatten', input: ['picked'], output: ['embedding'], attribute: [] },
      ],
      initializer: [...weights, tensor('kernel', [picks.length, 3, SIDE, SIDE], kernel)],
      input: [value('input', input)],
      output: outputs.map((name) => value(name, [batch, outputSize])),
    },
  };
}

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-teacher-'));

export async function writeModel(folder: string, name: string, model: OnnxModel): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, encodeModel(model));
  return path;
}

/** Seeded bytes of `count` images: an LCG's high bits (Numerical Recipes' constants). */
export function noiseImages(count: number, seed = 1): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from(
    { length: count * IMAGE_BYTES },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24,
  );
}
