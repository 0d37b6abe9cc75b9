// Faces of a photograph, each with everything that a pack's models tell of it: insightface python-package, app/face_analysis.py, model by
// model.
import { availableParallelism } from 'node:os';
import { alignFace, ARCFACE_TEMPLATE } from './alignment/align-face.js';
import { CropNetwork } from './attributes/crop-network.js';
import { decodeGenderAge } from './attributes/decode-gender-age.js';
import { decodeFlatLandmarks, decodeSpatialLandmarks } from './attributes/decode-landmarks.js';
import { chooseFaces } from './detection/choose-faces.js';
import { Detector, type DetectorOptions } from './detection/detector.js';
import { TeacherError } from './errors.js';
import { CROP_SIZE } from './face-crop.js';
import { resolveModel, type FindPackOptions } from './packs/find-pack.js';
import { MODEL_TASKS, type ModelTask } from './packs/published.js';
import { OpenCalls } from './open-calls.js';
import { readPhoto, type Photo } from './photo/read-photo.js';
import type { RgbImage } from './photo/rgb-image.js';
import { loadTeacher } from './recognition/load-teacher.js';
import type { Teacher } from './recognition/teacher.js';
import type { Provider } from './session/open-in-order.js';

export interface OpenFaceAnalyzerOptions extends FindPackOptions, DetectorOptions {
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
  ...detection
}: OpenFaceAnalyzerOptions = {}): Promise<FaceAnalyzer> {
  const unknown = tasks.find((task) => !MODEL_TASKS.includes(task));
  if (unknown !== undefined || tasks.length === 0)
    throw new TeacherError(`tasks: ${unknown ?? 'none is given'}; expected some of ${MODEL_TASKS.join(', ')}.`);
  const find = root === undefined ? {} : { root };
  const pathOf = (task: ModelTask) => resolveModel(task, models[task] ?? pack, find);
  const opened: OpenModels = { crops: new Map() };
  try {
    if (tasks.includes('detection'))
      opened.detector = await Detector.open({ path: await pathOf('detection'), threads, providers, ...detection });
    if (tasks.includes('recognition'))
      opened.teacher = await loadTeacher({
        model: models.recognition ?? pack,
        batchSize: 1,
        threads,
        providers,
        ...find,
      });
    for (const task of CROP_TASKS) {
      if (tasks.includes(task))
        opened.crops.set(
          task,
          await CropNetwork.open({ path: await pathOf(task), threads, providers, outputLength: OUTPUT_LENGTHS[task] }),
        );
    }
    return new FaceAnalyzer(opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

interface OpenModels {
  detector?: Detector;
  teacher?: Teacher;
  crops: Map<CropTask, CropNetwork>;
}

/** Any number of photographs may be analysed at a time: each model takes them one after the other, off this thread. */
export class FaceAnalyzer {
  private readonly calls = new OpenCalls('The face analyzer');

  constructor(private readonly models: OpenModels) {}

  /** The recogniser, where that task was asked for: its file, hash and provider. */
  get teacher(): Teacher | undefined {
    return this.models.teacher;
  }

  /**
   * A photograph of exactly 112×112 pixels is taken as an aligned crop, since detectors often find nothing in those.
   * @throws PhotoError where it is no whole picture; TeacherError where a model fails, or the analyzer has no detector and the photograph
   * is no aligned crop.
   */
  async analyze(photo: Photo, { maxFaces = Infinity }: AnalyzeOptions = {}): Promise<Analysis> {
    if (!(maxFaces >= 1)) throw new TeacherError(`analyze: maxFaces is ${maxFaces}; expected a number of at least 1.`);
    return this.calls.run(async () => {
      const image = await readPhoto(photo);
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
    const found = isAlignedCrop ? [wholeCrop(image)] : await this.detect(image, maxFaces);
    const faces = await Promise.all(found.map((face) => this.describe(image, face)));
    return { width, height, isAlignedCrop, faces };
  }

  private async detect(image: RgbImage, maxFaces: number): Promise<Face[]> {
    const { detector } = this.models;
    if (!detector)
      throw new TeacherError(
        `analyze: a photograph of ${image.width}×${image.height} pixels needs the task "detection"; without it only aligned crops of ${CROP_SIZE}×${CROP_SIZE} can be described.`,
      );
    const detected = chooseFaces(await detector.detect(image), maxFaces, image);
    return detected.map((found) => ({ ...found, crop: alignFace(image, found.landmarks) }));
  }

  private async describe(image: RgbImage, face: Face): Promise<Face> {
    const { teacher, crops } = this.models;
    const asked = async (task: CropTask) => crops.get(task)?.describe(image, face.box);
    const [recognised, flat, spatial, genderAge] = await Promise.all([
      teacher?.embedWithNorms(face.crop),
      asked('landmarks106'),
      asked('landmarks68'),
      asked('genderAge'),
    ]);
    return {
      ...face,
      ...(recognised && { embedding: recognised.embeddings, norm: recognised.norms[0]! }),
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
