// Faces of a photograph, each with everything that a pack's models tell of it: insightface python-package, app/face_analysis.py, model by
// model.
import { availableParallelism } from 'node:os';
import { alignFace, ARCFACE_TEMPLATE, canBeAligned } from './alignment/align-face.js';
import { CropNetwork } from './attributes/crop-network.js';
import { decodeGenderAge } from './attributes/decode-gender-age.js';
import { decodeFlatLandmarks, decodeSpatialLandmarks } from './attributes/decode-landmarks.js';
import { chooseFaces } from './detection/choose-faces.js';
import type { Detection } from './detection/decode-scrfd.js';
import { Detector, type DetectorOptions } from './detection/detector.js';
import { EmbeddingError, TeacherError } from './errors.js';
import { CROP_SIZE } from './face-crop.js';
import { resolveModel, type FindPackOptions } from './packs/find-pack.js';
import { MODEL_TASKS, type ModelTask } from './packs/published.js';
import { OpenCalls } from './open-calls.js';
import { readPhoto, type Photo, type ReadPhotoOptions } from './photo/read-photo.js';
import type { RgbImage } from './photo/rgb-image.js';
import { loadTeacher } from './recognition/load-teacher.js';
import type { RecogniserConfig } from './recognition/inspect-recogniser.js';
import type { Teacher } from './recognition/teacher.js';
import type { Provider } from './session/open-in-order.js';

export interface OpenFaceAnalyzerOptions extends FindPackOptions, DetectorOptions, RecogniserConfig, ReadPhotoOptions {
  /** An installed InsightFace pack such as buffalo_l, a folder with its models; `sample` and .onnx files hold a recogniser alone. */
  pack?: string;
  /** Files, or packs, whose model is taken for a task in place of the pack's. */
  models?: Readonly<Partial<Record<ModelTask, string>>>;
  /** What is wanted of each face. */
  tasks?: readonly ModelTask[];
  /** Threads that each model computes with. */
  threads?: number;
  /** Where to compute, in order of preference. */
  providers?: readonly Provider[];
  /** Faces in one run of the recogniser. */
  batchSize?: number;
}

export interface AnalyzeOptions {
  /** Of more faces than this, the large ones near the middle are taken. */
  maxFaces?: number;
}

export interface Face {
  /** Left, top, right, bottom in pixels of the upright photograph; may reach beyond it. */
  box: Float32Array;
  /** The detector's, 0 … 1; null for an aligned crop, which none has seen. */
  score: number | null;
  /**
   * x, y of the eye at the left of the picture, the right eye, nose, left and right corner of the mouth, in pixels, [10]; of an aligned
   * crop the template's.
   */
  landmarks: Float32Array;
  /** Aligned, RGB [112, 112, 3]. */
  crop: Uint8Array;
  /** Of length 1. With the task `recognition`. */
  embedding?: Float32Array;
  /** The embedding's length before: the larger, the better the face is to be recognised. */
  norm?: number;
  /** x, y in pixels, [212]. With `landmarks106`. */
  landmarks106?: Float32Array;
  /** x, y, z in pixels, [204], z from the network's own origin. With `landmarks68`. */
  landmarks68?: Float32Array;
  /** With `genderAge`: how the face looks to the network, no more. */
  sex?: 'female' | 'male';
  /** Years. With `genderAge`. */
  age?: number;
}

export interface Analysis {
  /** Of the upright photograph, in pixels. */
  width: number;
  height: number;
  /** It has exactly 112×112 pixels: it was taken as one aligned face, and no detector was asked. */
  isAlignedCrop: boolean;
  /** By falling score; with `maxFaces` the most prominent ones. */
  faces: Face[];
  /** What the detector takes for faces, but whose five points determine no alignment, such as five in one place. Most often none. */
  unaligned: Detection[];
}

const OUTPUT_LENGTHS = { landmarks106: 2 * 106, landmarks68: 3 * 1103, genderAge: 3 } as const;
type CropTask = keyof typeof OUTPUT_LENGTHS;
const CROP_TASKS = Object.keys(OUTPUT_LENGTHS) as CropTask[];

/**
 * Opens each model once; what was opened closes together.
 * @throws TeacherError where a model is missing, damaged or another one, or an option is out of its range.
 */
export async function openFaceAnalyzer({
  pack = 'buffalo_l',
  models = {},
  tasks = ['detection', 'recognition'],
  threads = availableParallelism(),
  providers = ['cpu'],
  root,
  batchSize = 1,
  mean,
  std,
  channels,
  input,
  output,
  colourProfiles = 'apply',
  ...detection
}: OpenFaceAnalyzerOptions = {}): Promise<FaceAnalyzer> {
  const unknown = tasks.find((task) => !MODEL_TASKS.includes(task));
  if (unknown !== undefined || tasks.length === 0)
    throw new TeacherError(`tasks: ${unknown ?? 'an empty list'}; expected some of ${MODEL_TASKS.join(', ')}.`);
  const find = root === undefined ? {} : { root };
  const pathOf = (task: ModelTask) => resolveModel(task, models[task] ?? pack, find);
  const opened: OpenModels = { crops: new Map() };
  try {
    if (tasks.includes('detection'))
      opened.detector = await Detector.open({ path: await pathOf('detection'), threads, providers, ...detection });
    if (tasks.includes('recognition'))
      opened.teacher = await loadTeacher({
        model: models.recognition ?? pack,
        batchSize,
        threads,
        providers,
        ...find,
        ...given({ mean, std, channels, input, output }),
      });
    for (const task of CROP_TASKS) {
      if (tasks.includes(task))
        opened.crops.set(
          task,
          await CropNetwork.open({ path: await pathOf(task), threads, providers, outputLength: OUTPUT_LENGTHS[task] }),
        );
    }
    return new FaceAnalyzer(opened, { colourProfiles });
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Without what is undefined. */
function given<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

interface OpenModels {
  detector?: Detector;
  teacher?: Teacher;
  crops: Map<CropTask, CropNetwork>;
}

/** Any number of photographs may be analysed at a time: each model takes them one after the other, off this thread. */
export class FaceAnalyzer {
  private readonly calls = new OpenCalls('The face analyzer');

  constructor(
    private readonly models: OpenModels,
    private readonly reading: ReadPhotoOptions,
  ) {}

  /** The recogniser, where that task was asked for: its file, hash and provider. */
  get teacher(): Teacher | undefined {
    return this.models.teacher;
  }

  /**
   * A photograph of exactly 112×112 pixels is taken as an aligned crop, since detectors often find nothing in those.
   * @throws PhotoError where it is not a whole picture; TeacherError where a model fails, or the analyzer has no detector and the
   * photograph is not an aligned crop.
   */
  async analyze(photo: Photo, { maxFaces = Infinity }: AnalyzeOptions = {}): Promise<Analysis> {
    if (!(maxFaces >= 1)) throw new TeacherError(`analyze: maxFaces is ${maxFaces}; expected a number of at least 1.`);
    return this.calls.run(async () => {
      const image = await readPhoto(photo, this.reading);
      return this.analyzeImage(image, maxFaces).catch((error: unknown) => {
        throw typeof photo === 'string' && error instanceof TeacherError
          ? new TeacherError(`${photo}: ${error.message}`, error.fault)
          : error;
      });
    });
  }

  /** Frees the models; what was begun is finished first. */
  async close(): Promise<void> {
    await this.calls.close();
    await closeAll(this.models);
  }

  private async analyzeImage(image: RgbImage, maxFaces: number): Promise<Analysis> {
    const { width, height } = image;
    const isAlignedCrop = width === CROP_SIZE && height === CROP_SIZE;
    const { found, unaligned } = isAlignedCrop
      ? { found: [wholeCrop(image)], unaligned: [] }
      : await this.detect(image, maxFaces);
    return { width, height, isAlignedCrop, faces: await this.describe(image, found), unaligned };
  }

  /** Only the faces that are wanted are aligned: noise can have thousands. */
  private async detect(image: RgbImage, maxFaces: number): Promise<{ found: Face[]; unaligned: Detection[] }> {
    const { detector } = this.models;
    if (!detector)
      throw new TeacherError(
        `analyze: a photograph of ${image.width}×${image.height} pixels needs the task "detection"; ` +
          `without it only aligned crops of ${CROP_SIZE}×${CROP_SIZE} can be described.`,
      );
    const detected = await detector.detect(image);
    const unaligned = detected.filter(({ landmarks }) => !canBeAligned(landmarks));
    const whole = unaligned.length === 0 ? detected : detected.filter((face) => !unaligned.includes(face));
    const found = chooseFaces(whole, maxFaces, image).map((face) => ({
      ...face,
      crop: alignFace(image, face.landmarks),
    }));
    return { found, unaligned };
  }

  private async describe(image: RgbImage, faces: readonly Face[]): Promise<Face[]> {
    const [recognised, described] = await Promise.all([
      this.recognise(faces),
      Promise.all(faces.map((face) => this.attributesOf(image, face))),
    ]);
    return faces.map((face, i) => ({ ...face, ...recognised[i], ...described[i] }));
  }

  private async recognise(faces: readonly Face[]): Promise<Pick<Face, 'embedding' | 'norm'>[]> {
    const { teacher } = this.models;
    if (!teacher || faces.length === 0) return [];
    const crops = Buffer.concat(faces.map(({ crop }) => crop));
    const { embeddings, norms } = await teacher.embedWithNorms(crops).catch((error: unknown) => {
      throw error instanceof EmbeddingError ? error.at(error.position, `face ${error.position}`) : error;
    });
    const size = teacher.embeddingSize;
    return faces.map((_, i) => ({ embedding: embeddings.slice(i * size, (i + 1) * size), norm: norms[i]! }));
  }

  private async attributesOf(image: RgbImage, { box }: Face): Promise<Partial<Face>> {
    const { crops } = this.models;
    const asked = async (task: CropTask) => crops.get(task)?.describe(image, box);
    const [flat, spatial, genderAge] = await Promise.all([
      asked('landmarks106'),
      asked('landmarks68'),
      asked('genderAge'),
    ]);
    return {
      ...(flat && { landmarks106: decodeFlatLandmarks(flat.output, flat) }),
      ...(spatial && { landmarks68: decodeSpatialLandmarks(spatial.output, spatial) }),
      ...(genderAge && decodeGenderAge(genderAge.output)),
    };
  }
}

function wholeCrop({ data }: RgbImage): Face {
  return {
    box: Float32Array.of(0, 0, CROP_SIZE, CROP_SIZE),
    score: null,
    landmarks: Float32Array.from(ARCFACE_TEMPLATE),
    crop: data,
  };
}

async function closeAll({ detector, teacher, crops }: OpenModels): Promise<void> {
  await Promise.all([detector, teacher, ...crops.values()].map((model) => model?.close()));
}
