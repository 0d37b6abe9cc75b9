// A pack's network that describes a face by a square crop around its box: landmarks, age and sex.
import type { Similarity } from '../alignment/similarity.js';
import { warp } from '../alignment/warp.js';
import { TeacherError } from '../errors.js';
import type { OnnxModel } from '../onnx/schema.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { ImageNetwork } from '../session/image-network.js';
import type { PixelScaling } from '../session/planes.js';
import type { SessionOptions } from '../session/session.js';
import { boxTransform } from './box-crop.js';

export interface CropAnswer {
  /** The network's numbers for one face. */
  output: Float32Array;
  /** Of the photograph to the crop that it saw. */
  transform: Similarity;
  /** Side of that crop. */
  size: number;
}

export class CropNetwork {
  private constructor(
    private readonly network: ImageNetwork,
    private readonly size: number,
    private readonly scaling: PixelScaling,
    private readonly outputLength: number,
  ) {}

  /** @throws TeacherError where the file is damaged or no network of one size and one output. */
  static async open({ outputLength, ...options }: SessionOptions & { outputLength: number }): Promise<CropNetwork> {
    let size = 0;
    let scaling: PixelScaling | undefined;
    const network = await ImageNetwork.open(options, (graph) => {
      if (graph.size === undefined || graph.outputs.length !== 1) {
        throw new TeacherError(
          `${options.path} takes crops of ${graph.size ?? 'any'} pixels and has ${graph.outputs.length} outputs; ` +
            `expected one size and one output. Name the pack's own file.`,
        );
      }
      size = graph.size;
      scaling = scalingOf(graph.model);
    });
    return new CropNetwork(network, size, scaling!, outputLength);
  }

  /** @throws TeacherError where the box has no area, or the network's answer is not what its file is for. */
  async describe(image: RgbImage, box: ArrayLike<number>): Promise<CropAnswer> {
    const transform = boxTransform(box, this.size);
    const [output] = await this.network.run(warp(image, transform, this.size), this.size, this.scaling);
    if (output!.length !== this.outputLength || !output!.every(Number.isFinite)) {
      throw new TeacherError(
        `${this.network.path} gives ${output!.length} numbers for a face; ` +
          `expected ${this.outputLength} finite ones. It is another model, or damaged.`,
      );
    }
    return { output: output!, transform, size: this.size };
  }

  close(): Promise<void> {
    return this.network.close();
  }
}

/**
 * InsightFace's rule (model_zoo/landmark.py and attribute.py): exports from MXNet scale their input by themselves; the others take 128,
 * where a recogniser takes 127.5.
 */
function scalingOf({ graph }: OnnxModel): PixelScaling {
  const first = graph.node.slice(0, 8).map(({ name }) => name);
  const some = (...prefixes: string[]) => first.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  const scalesItself = (some('Sub', '_minus') && some('Mul', '_mul')) || first.slice(0, 3).includes('bn_data');
  return scalesItself ? { mean: 0, std: 1, channels: 'rgb' } : { mean: 127.5, std: 128, channels: 'rgb' };
}
