// A network that takes one square picture at a time, with errors that name its file: what detectors and landmark networks have in common.
import { TeacherError } from '../errors.js';
import { describeValue, inputsOf, outputsOf, readModel } from '../onnx/read-model.js';
import type { OnnxModel } from '../onnx/schema.js';
import type { PixelScaling } from './planes.js';
import { SessionPool } from './session-pool.js';
import type { SessionOptions } from './session.js';

export interface ImageGraph {
  model: OnnxModel;
  input: string;
  /** In the file's order. */
  outputs: readonly string[];
  /** Side of the pictures it takes; undefined where any will do. */
  size: number | undefined;
}

export class ImageNetwork {
  private constructor(
    readonly path: string,
    private readonly graph: ImageGraph,
    private readonly pool: SessionPool,
  ) {}

  /** Their names, in the file's order. */
  get outputs(): readonly string[] {
    return this.graph.outputs;
  }

  /**
   * @param check Looks at the graph before onnxruntime does, and throws where it is not the kind that is wanted.
   * @throws TeacherError where the file is damaged, takes no square pictures, or cannot be loaded.
   */
  static async open(options: SessionOptions, check: (graph: ImageGraph) => void): Promise<ImageNetwork> {
    const { path } = options;
    const { model } = await readModel(path);
    const inputs = inputsOf(model);
    const [, channels = 3, height, width] = inputs[0]?.sizes ?? [];
    if (inputs.length !== 1 || inputs[0]!.sizes.length !== 4 || channels !== 3 || height !== width) {
      throw new TeacherError(
        `${path} takes ${inputs.map(describeValue).join(' and ') || 'no input'}; expected one input [N, 3, size, ` +
          `size]. Name the pack's own file.`,
      );
    }
    const graph = { model, input: inputs[0]!.name, outputs: outputsOf(model).map(({ name }) => name), size: height };
    check(graph);
    const pool = await SessionPool.open({ ...options, size: 1 }).catch((error: Error) => {
      throw new TeacherError(
        `${path} cannot be loaded by onnxruntime (${firstLine(error)}); download the model again.`,
      );
    });
    return new ImageNetwork(path, graph, pool);
  }

  /** RGB [size, size, 3] → the outputs' numbers, in the file's order. @throws TeacherError where the network does not take it. */
  async run(pixels: Uint8Array, size: number, scaling: PixelScaling): Promise<Float32Array[]> {
    const feed = { pixels, batch: 1, height: size, width: size, layout: 'nchw' as const, scaling };
    const outputs = await this.pool.run({ [this.graph.input]: feed }).catch((error: Error) => {
      throw new TeacherError(`${this.path} cannot be run on ${size}×${size} pixels (${firstLine(error)}).`);
    });
    return this.graph.outputs.map((name) => outputs[name]!.data);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

const firstLine = (error: Error) => error.message.split('\n')[0]!.trim();
