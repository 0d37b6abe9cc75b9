// SCRFD as published in InsightFace's packs (det_10g, det_2.5g, det_500m): a photograph in, faces with five landmarks out.
import { TeacherError } from '../errors.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { ImageNetwork, type ImageGraph } from '../session/image-network.js';
import type { PixelScaling } from '../session/planes.js';
import type { SessionOptions } from '../session/session.js';
import {
  BOX_NUMBERS,
  CANDIDATES_PER_CELL,
  decodeScrfd,
  LANDMARK_NUMBERS,
  type Detection,
  type ScrfdLevel,
} from './decode-scrfd.js';
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

const STRIDES = [8, 16, 32] as const;
const MAX_STRIDE = 32;
const DEFAULT_SIZES: readonly number[] = [128, 640];
/** 16 million pixels: memory of the network's first layers grows with it. */
const MAX_SIZE = 4096;
/** scrfd.py: blobFromImage(1/128, mean 127.5, swapRB). */
const SCALING: PixelScaling = { mean: 127.5, std: 128, channels: 'rgb' };

export class Detector {
  private constructor(
    private readonly network: ImageNetwork,
    private readonly options: Required<DetectorOptions>,
  ) {}

  /** @throws TeacherError where the file is damaged or no SCRFD detector with landmarks, or an option is out of its range. */
  static async open({
    detectionSizes,
    minScore = 0.5,
    maxOverlap = 0.4,
    ...session
  }: SessionOptions & DetectorOptions): Promise<Detector> {
    let sizes: readonly number[] = [...new Set(detectionSizes ?? DEFAULT_SIZES)];
    requireShares({ minScore, maxOverlap });
    requireSizes(sizes);
    const network = await ImageNetwork.open(session, ({ outputs, size }) => {
      requireScrfd(session.path, outputs);
      if (size !== undefined) sizes = onlySize(session.path, size, detectionSizes);
    });
    return new Detector(network, { detectionSizes: sizes, minScore, maxOverlap });
  }

  /** By falling score. @throws TeacherError where the network gives something else than SCRFD does. */
  async detect(image: RgbImage): Promise<Detection[]> {
    const found = await Promise.all(this.options.detectionSizes.map((size) => this.candidates(image, size)));
    return suppressOverlaps(found.flat(), this.options.maxOverlap);
  }

  close(): Promise<void> {
    return this.network.close();
  }

  private async candidates(image: RgbImage, size: number): Promise<Detection[]> {
    const { pixels, scale } = letterbox(image, size);
    const outputs = await this.network.run(pixels, size, SCALING);
    const levels = STRIDES.map((stride, i): ScrfdLevel => ({
      stride,
      scores: outputs[i]!,
      boxes: outputs[i + 3]!,
      landmarks: outputs[i + 6]!,
    }));
    for (const level of levels) this.checkLevel(level, size);
    if (levels.some(({ scores }) => !scores.every(Number.isFinite)))
      throw new TeacherError(
        `${this.network.path} gives a score that is not a finite number; the model is damaged, download it again.`,
      );
    const candidates = decodeScrfd(levels, { size, scale, minScore: this.options.minScore });
    if (candidates.every(({ box, landmarks }) => box.every(Number.isFinite) && landmarks.every(Number.isFinite)))
      return candidates;
    throw new TeacherError(
      `${this.network.path} gives a face whose place is not finite; the model is damaged, download it again.`,
    );
  }

  private checkLevel({ stride, scores, boxes, landmarks }: ScrfdLevel, size: number): void {
    const count = CANDIDATES_PER_CELL * (size / stride) ** 2;
    if (
      scores.length === count &&
      boxes.length === count * BOX_NUMBERS &&
      landmarks.length === count * LANDMARK_NUMBERS
    )
      return;
    const found = [scores, boxes, landmarks].map(({ length }) => length).join(', ');
    throw new TeacherError(
      `${this.network.path} gives ${found} numbers at stride ${stride} of ${size}×${size}; expected ${count}, ${count * BOX_NUMBERS}, ${count * LANDMARK_NUMBERS}. It is not an SCRFD detector.`,
    );
  }
}

function requireScrfd(path: string, outputs: ImageGraph['outputs']): void {
  if (outputs.length === 3 * STRIDES.length) return;
  throw new TeacherError(
    outputs.length === 2 * STRIDES.length
      ? `${path} finds faces without landmarks (6 outputs), and without them no face can be aligned; use det_10g, det_2.5g or det_500m of InsightFace's packs.`
      : `${path} is not an SCRFD detector: it has ${outputs.length} outputs, expected 9 (scores, boxes and landmarks at strides 8, 16 and 32); use det_10g, det_2.5g or det_500m.`,
  );
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
