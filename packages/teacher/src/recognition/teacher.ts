// A face recogniser as a function from aligned crops to unit embeddings.
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { TeacherError } from '../errors.js';
import { resolveModel, type FindInsightFaceOptions } from '../packs/find-insightface.js';
import { inspectRecogniser, type RecogniserFile } from '../onnx/inspect.js';
import { IMAGE_LENGTH, INPUT_SIZE, toPlanes, type PixelScaling } from './planes.js';
import { Session } from '../session/session.js';

export interface LoadTeacherOptions extends FindInsightFaceOptions {
  /** An ArcFace-style ONNX file, a folder with one, or an installed InsightFace pack. */
  model?: string;
  /** Length of the embedding that is expected. */
  embeddingSize?: number;
  /** Images in one run of the model; a last one that is smaller is filled up, so that memory does not grow with varying shapes. */
  batchSize?: number;
  /** Threads onnxruntime computes with. */
  threads?: number;
  executionProviders?: readonly string[];
}

/** @throws TeacherError where there is no such model, or it is damaged, no face recogniser, or of another embedding size. */
export async function loadTeacher({
  model = 'buffalo_l',
  embeddingSize,
  batchSize = 32,
  threads = availableParallelism(),
  executionProviders = ['cpu'],
  ...find
}: LoadTeacherOptions = {}): Promise<Teacher> {
  const path = await resolveModel(model, find);
  const file = await inspectRecogniser(path);
  const session = await Session.create({ path, threads, executionProviders }).catch((error: Error) => {
    throw new TeacherError(`${path} cannot be loaded by onnxruntime (${firstLine(error)}); download the model again.`);
  });
  try {
    const teacher = new Teacher(file, session, file.fixedBatch ?? batchSize);
    const found = await teacher.measureEmbeddingSize();
    if (embeddingSize !== undefined && found !== embeddingSize) {
      throw new TeacherError(`${path} gives embeddings of ${found}, but model.embedding_size is ${embeddingSize}; set it to ${found}.`);
    }
    return teacher;
  } catch (error) {
    await session.close();
    throw error;
  }
}

export class Teacher {
  readonly path: string;
  readonly sha256: string;
  /** True for the untrained network that Lin writes where no recogniser is installed: it recognises nobody. */
  readonly standIn: boolean;
  /** How reports name it. */
  readonly name: string;
  /** Images of one run of the model: the step in which `embed` works. */
  readonly batchSize: number;
  private readonly pixels: PixelScaling;
  private size = 0;

  constructor(
    file: RecogniserFile,
    private readonly session: Session,
    batchSize: number,
  ) {
    this.path = file.path;
    this.sha256 = file.sha256;
    this.standIn = file.standIn;
    this.name = file.standIn ? 'stand-in teacher (untrained: it recognises nobody)' : basename(file.path, '.onnx');
    this.batchSize = batchSize;
    this.pixels = file.pixels;
  }

  get embeddingSize(): number {
    return this.size;
  }

  /**
   * The embeddings of aligned crops: RGB bytes [count, 112, 112, 3] → [count, embeddingSize], each row of unit Euclidean length.
   * @throws TeacherError where the length is not of whole images, or the model gives an embedding that cannot be normalised.
   */
  async embed(images: Uint8Array): Promise<Float32Array> {
    const embeddings = await this.features(images);
    normaliseRows(embeddings, this.size, this.path);
    return embeddings;
  }

  /**
   * The same as the model gives them, of any length: verification protocols add those of an image and its mirror image.
   * @throws TeacherError where the length is not of whole images.
   */
  async features(images: Uint8Array): Promise<Float32Array> {
    const count = images.length / IMAGE_LENGTH;
    if (!Number.isInteger(count)) {
      throw new TeacherError(`embed: ${images.length} bytes are not whole images of ${INPUT_SIZE}×${INPUT_SIZE}×3 bytes; pass RGB crops of that size.`);
    }
    const features = new Float32Array(count * this.size);
    for (let start = 0; start < count; start += this.batchSize) {
      const batch = images.subarray(start * IMAGE_LENGTH, (start + this.batchSize) * IMAGE_LENGTH);
      const rows = await this.runModel(batch);
      features.set(rows.subarray(0, Math.min(this.batchSize, count - start) * this.size), start * this.size);
    }
    return features;
  }

  /** What the model itself gives for one filled-up batch, not normalised: [batchSize, embeddingSize]. */
  private async runModel(images: Uint8Array): Promise<Float32Array> {
    const pixels = toPlanes(images, this.batchSize, this.pixels);
    const { data } = await this.session.run(pixels, [this.batchSize, 3, INPUT_SIZE, INPUT_SIZE]).catch((error: Error) => {
      throw new TeacherError(`${this.path} cannot be run (${firstLine(error)}); it is no model of ${INPUT_SIZE}×${INPUT_SIZE} RGB faces.`);
    });
    return data;
  }

  /** Runs the model once: files leave their output's size open or wrong. */
  async measureEmbeddingSize(): Promise<number> {
    const { length } = await this.runModel(new Uint8Array(0));
    if (length === 0 || length % this.batchSize !== 0) {
      throw new TeacherError(`${this.path} gives ${length} numbers for ${this.batchSize} images; it is no face recogniser.`);
    }
    return (this.size = length / this.batchSize);
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

function normaliseRows(rows: Float32Array, size: number, path: string): void {
  for (let start = 0; start < rows.length; start += size) {
    const row = rows.subarray(start, start + size);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!(norm > 0 && Number.isFinite(norm))) throw new TeacherError(`${path} gives an embedding of length ${norm}, which has no direction; the model is damaged, download it again.`);
    for (let i = 0; i < size; i++) row[i]! /= norm;
  }
}

const firstLine = (error: Error) => error.message.split('\n')[0]!.trim();
