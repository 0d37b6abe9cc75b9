// A photograph in, faces with five landmarks out: shown in squares of several sizes, candidates decoded by the network's kind.
import { TeacherError } from '../errors.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { ImageNetwork } from '../session/image-network.js';
import type { SessionOptions } from '../session/session.js';
import type { Detection } from './decode-scrfd.js';
import type { DetectorKind } from './detector-kind.js';
import { detectorKind } from './detector-kinds.js';
import { letterbox } from './letterbox.js';
import { suppressOverlaps } from './suppress-overlaps.js';

export interface DetectorOptions {
  /**
   * Sides of the squares that a photograph is shown in, multiples of 32; of several, faces found in any are taken. Small ones find faces
   * that fill the picture, large ones small faces. Default: the model's own where it has one, else 128 and 640, as InsightFace 2 has it.
   */
  detectionSizes?: readonly number[];
  /** Faces of this score and above are taken: 0 … 1. */
  minScore?: number;
  /** Of two faces whose intersection over union is more than this, the better one is taken: 0 … 1. */
  maxOverlap?: number;
}

const MAX_STRIDE = 32;
const DEFAULT_SIZES: readonly number[] = [128, 640];
/** 16 million pixels: memory of the network's first layers grows with it. */
const MAX_SIZE = 4096;

export class Detector {
  private constructor(
    private readonly network: ImageNetwork,
    private readonly kind: DetectorKind,
    private readonly options: Required<DetectorOptions>,
  ) {}

  /** @throws TeacherError where the file is damaged or not a detector with landmarks, or an option is out of its range. */
  static async open({
    detectionSizes,
    minScore = 0.5,
    maxOverlap = 0.4,
    ...session
  }: SessionOptions & DetectorOptions): Promise<Detector> {
    let sizes: readonly number[] = [...new Set(detectionSizes ?? DEFAULT_SIZES)];
    requireShares({ minScore, maxOverlap });
    requireSizes(sizes);
    let kind: DetectorKind | undefined;
    const network = await ImageNetwork.open(session, ({ outputs, size }) => {
      kind = detectorKind(session.path, outputs);
      if (size !== undefined) sizes = onlySize(session.path, size, detectionSizes);
    });
    return new Detector(network, kind!, { detectionSizes: sizes, minScore, maxOverlap });
  }

  /** By falling score. @throws TeacherError where the network gives something else than its kind does. */
  async detect(image: RgbImage): Promise<Detection[]> {
    const found = await Promise.all(this.options.detectionSizes.map((size) => this.candidates(image, size)));
    return suppressOverlaps(found.flat(), this.options.maxOverlap);
  }

  close(): Promise<void> {
    return this.network.close();
  }

  private async candidates(image: RgbImage, size: number): Promise<Detection[]> {
    const { network, kind, options } = this;
    const { pixels, scale } = letterbox(image, size);
    const values = await network.run(pixels, size, kind.scaling);
    const { minScore } = options;
    const found = kind.decode({ names: network.outputs, values }, { path: network.path, size, scale, minScore });
    if (found.every(({ box, landmarks }) => box.every(Number.isFinite) && landmarks.every(Number.isFinite)))
      return found;
    throw new TeacherError(
      `${network.path} gives a face whose place is not finite; the model is damaged, download it again.`,
    );
  }
}

function requireShares(shares: Record<string, number>): void {
  for (const [name, value] of Object.entries(shares)) {
    if (!(value >= 0 && value <= 1)) throw new TeacherError(`${name} is ${value}; expected a number from 0 to 1.`);
  }
}

function requireSizes(sizes: readonly number[]): void {
  const wrong = sizes.find(
    (size) => !(Number.isInteger(size) && size >= MAX_STRIDE && size <= MAX_SIZE && size % MAX_STRIDE === 0),
  );
  if (wrong !== undefined || sizes.length === 0)
    throw new TeacherError(
      `detectionSizes: ${wrong ?? 'an empty list'}; expected multiples of ${MAX_STRIDE} up to ${MAX_SIZE}.`,
    );
}

function onlySize(path: string, size: number, wanted: readonly number[] = [size]): readonly number[] {
  requireSizes([size]);
  const unfit = wanted.find((other) => other !== size);
  if (unfit !== undefined)
    throw new TeacherError(`${path} takes pictures of ${size}×${size} only, not ${unfit}; leave detectionSizes out.`);
  return [size];
}
