// A face recogniser as a function from aligned crops to unit embeddings.
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { TeacherError } from '../errors.js';
import { IMAGE_LENGTH, INPUT_SIZE } from '../onnx/face-crop.js';
import { readModel, type ModelFile } from '../onnx/read-model.js';
import { resolveModel, type FindPackOptions } from '../packs/find-pack.js';
import { differenceFromPublished } from '../packs/published.js';
import { SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256, sampleTeacher } from '../sample-teacher.js';
import { PROVIDERS, type Provider, type SkippedProvider } from '../session/open-in-order.js';
import { SessionPool } from '../session/session-pool.js';
import { inspectRecogniser, type Recogniser, type RecogniserConfig } from './inspect-recogniser.js';
import { readCrops } from './read-crops.js';

export interface LoadTeacherOptions extends FindPackOptions, RecogniserConfig {
  /** An installed InsightFace pack such as buffalo_l, `sample` for the sample teacher, a folder with its models, or an .onnx file. */
  pack?: string;
  /** The same under the name that configurations have for it; it goes before `pack`. */
  model?: string;
  /** Length of the embedding that is expected. */
  embeddingSize?: number;
  /** Images in one run of the model; a last one that is smaller is filled up, so that memory does not grow with varying shapes. */
  batchSize?: number;
  /** Copies of the model, each in a thread of its own: more than one pays on machines of many cores. */
  sessions?: number;
  /** Threads that one copy computes with. */
  threads?: number;
  /** Where to compute, in order of preference. */
  providers?: readonly Provider[];
}

export interface EmbedOptions {
  /** Images in one run of the model. */
  batch?: number;
}

/** The longest embedding that a face recogniser is believed to have. */
const MAX_EMBEDDING_SIZE = 4096;
/** Runs that a session is given ahead, so that it never waits for the caller. */
const RUNS_AHEAD = 2;

/** @throws TeacherError where there is no such model, or it is damaged, no face recogniser, or of another embedding size. */
export async function loadTeacher({
  pack = 'buffalo_l',
  model = pack,
  embeddingSize,
  batchSize = 32,
  sessions = 1,
  threads = Math.max(1, Math.floor(availableParallelism() / sessions)),
  providers = ['cpu'],
  root,
  ...config
}: LoadTeacherOptions = {}): Promise<Teacher> {
  requireCounts({ batchSize, sessions, threads });
  requireProviders(providers);
  const path =
    model === 'sample'
      ? await sampleTeacher()
      : await resolveModel('recognition', model, { ...(root !== undefined && { root }) });
  const file = await readModel(path);
  const recogniser = inspectRecogniser(file, config);
  const pool = await SessionPool.open({ path, size: sessions, threads, providers }).catch((error: Error) => {
    throw new TeacherError(`${path} cannot be loaded by onnxruntime (${firstLine(error)}); download the model again.`);
  });
  try {
    const teacher = new Teacher(file, recogniser, pool, recogniser.fixedBatch ?? batchSize);
    const found = await teacher.measureEmbeddingSize();
    if (embeddingSize !== undefined && found !== embeddingSize) {
      throw new TeacherError(
        `${path} gives embeddings of ${found}, but model.embedding_size is ${embeddingSize}; set it to ${found}.`,
      );
    }
    return teacher;
  } catch (error) {
    await pool.close();
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
  /** Where the file has a published name but is not the published file: a sentence that says what it is. */
  readonly notice: string | undefined;
  /** Where it computes. */
  readonly provider: Provider;
  /** The providers that were preferred to that one, each with the reason why it was not taken. */
  readonly skipped: readonly SkippedProvider[];
  private size = 0;

  constructor(
    { path, bytes, sha256 }: ModelFile,
    private readonly recogniser: Recogniser,
    private readonly pool: SessionPool,
    /** Images of one run of the model: the step in which `embed` works. */
    readonly batchSize: number,
  ) {
    this.path = path;
    this.sha256 = sha256;
    this.standIn = recogniser.standIn;
    this.name = recogniser.standIn
      ? 'stand-in teacher (untrained: it recognises nobody)'
      : sha256 === SAMPLE_TEACHER_SHA256
        ? SAMPLE_TEACHER_NAME
        : basename(path, '.onnx');
    this.notice = differenceFromPublished(basename(path), { bytes, sha256 });
    this.provider = pool.description.provider;
    this.skipped = pool.description.skipped;
  }

  get embeddingSize(): number {
    return this.size;
  }

  /**
   * The embeddings of aligned crops → [count, embeddingSize], each row of unit Euclidean length.
   * @param images RGB bytes [count, 112, 112, 3], or image files of 112×112 pixels.
   * @throws TeacherError where these are no such images, or the model gives an embedding that cannot be normalised.
   */
  async embed(images: Uint8Array | string | readonly string[], options: EmbedOptions = {}): Promise<Float32Array> {
    return (await this.embedWithNorms(images, options)).embeddings;
  }

  /**
   * The same, and the length [count] that each embedding had before: a measure of how well a face is to be recognised.
   * @throws TeacherError as `embed` does.
   */
  async embedWithNorms(
    images: Uint8Array | string | readonly string[],
    options: EmbedOptions = {},
  ): Promise<{ embeddings: Float32Array; norms: Float32Array }> {
    const embeddings = await this.features(images, options);
    return { embeddings, norms: normaliseRows(embeddings, this.size, this.path) };
  }

  /**
   * The embeddings as the model gives them, of any length: verification protocols add those of an image and its mirror image.
   * @throws TeacherError where these are no images of the right size.
   */
  async features(
    images: Uint8Array | string | readonly string[],
    { batch = this.batchSize }: EmbedOptions = {},
  ): Promise<Float32Array> {
    const size = this.batchFor(batch);
    const { count, take } =
      typeof images === 'string'
        ? cropFiles([images])
        : images instanceof Uint8Array
          ? cropsInMemory(images)
          : cropFiles(images);
    const features = new Float32Array(count * this.size);
    const running = new Set<Promise<void>>();
    for (let start = 0; start < count; start += size) {
      const end = Math.min(start + size, count);
      const run = this.runInto(features, { start, end, size, take }).finally(() => running.delete(run));
      running.add(run);
      if (running.size >= RUNS_AHEAD * this.pool.size) await Promise.race(running).catch(() => settled(running));
    }
    await settled(running);
    return features;
  }

  /** Runs the model once: files leave their output's size open or wrong. */
  async measureEmbeddingSize(): Promise<number> {
    const { length } = await this.runModel(new Uint8Array(0), this.batchSize);
    const size = length / this.batchSize;
    if (!Number.isInteger(size) || size < 1 || size > MAX_EMBEDDING_SIZE) {
      throw new TeacherError(
        `${this.path} gives ${length} numbers for ${this.batchSize} images; it is no face recogniser.`,
      );
    }
    return (this.size = size);
  }

  /** Ends its threads once what they were given is done, and frees the model. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private batchFor(batch: number): number {
    requireCounts({ batch });
    const fixed = this.recogniser.fixedBatch;
    if (fixed === undefined || fixed === batch) return batch;
    throw new TeacherError(`${this.path} runs ${fixed} images at a time, not ${batch}; leave batch out.`);
  }

  private async runInto(
    features: Float32Array,
    { start, end, size, take }: { start: number; end: number; size: number; take: Crops['take'] },
  ): Promise<void> {
    const rows = await this.runModel(await take(start, end), size);
    if (rows.length !== size * this.size)
      throw new TeacherError(
        `${this.path} gives ${rows.length} numbers for ${size} images, not ${size * this.size}; it is no face recogniser.`,
      );
    features.set(rows.subarray(0, (end - start) * this.size), start * this.size);
  }

  /** What the model itself gives for one filled-up batch, not normalised: [batch, embeddingSize]. */
  private async runModel(pixels: Uint8Array, batch: number): Promise<Float32Array> {
    const { input, output, layout, scaling } = this.recogniser;
    const outputs = await this.pool
      .run({ [input]: { pixels, batch, height: INPUT_SIZE, width: INPUT_SIZE, layout, scaling } })
      .catch((error: Error) => {
        throw new TeacherError(
          `${this.path} cannot be run (${firstLine(error)}); it is no model of ${INPUT_SIZE}×${INPUT_SIZE} RGB faces.`,
        );
      });
    return outputs[output]!.data;
  }
}

interface Crops {
  count: number;
  take: (start: number, end: number) => Uint8Array | Promise<Uint8Array>;
}

function cropsInMemory(images: Uint8Array): Crops {
  const count = images.length / IMAGE_LENGTH;
  if (!Number.isInteger(count)) {
    throw new TeacherError(
      `embed: ${images.length} bytes are not whole images of ${INPUT_SIZE}×${INPUT_SIZE}×3 bytes; pass RGB crops of that size.`,
    );
  }
  return { count, take: (start, end) => images.subarray(start * IMAGE_LENGTH, end * IMAGE_LENGTH) };
}

const cropFiles = (paths: readonly string[]): Crops => ({
  count: paths.length,
  take: (start, end) => readCrops(paths.slice(start, end)),
});

/** Waits for every run, then reports the first that failed. */
async function settled(running: Iterable<Promise<void>>): Promise<void> {
  for (const result of await Promise.allSettled(running)) if (result.status === 'rejected') throw result.reason;
}

/** @returns the lengths that the rows had. */
function normaliseRows(rows: Float32Array, size: number, path: string): Float32Array {
  return Float32Array.from({ length: rows.length / size }, (_, image) => {
    const row = rows.subarray(image * size, (image + 1) * size);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!(norm > 0 && Number.isFinite(norm)))
      throw new TeacherError(
        `${path} gives an embedding of length ${norm}, which has no direction; the model is damaged, download it again.`,
      );
    for (let i = 0; i < size; i++) row[i]! /= norm;
    return norm;
  });
}

function requireCounts(counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new TeacherError(`${name} is ${value}; expected a whole number of at least 1.`);
  }
}

function requireProviders(providers: readonly Provider[]): void {
  const unknown = providers.find((provider) => !PROVIDERS.includes(provider));
  if (unknown !== undefined || providers.length === 0)
    throw new TeacherError(
      `providers: ${unknown ?? 'none is given'}; expected some of ${PROVIDERS.join(', ')}, in order of preference.`,
    );
}

const firstLine = (error: Error) => error.message.split('\n')[0]!.trim();
