// An ONNX recogniser as a teacher's network: the file checked, opened by onnxruntime in threads of its own, and tried on a batch.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { TeacherError } from '../errors.js';
import { CROP_BYTES, CROP_SIZE } from '../face-crop.js';
import { readModel, type ModelFile } from '../onnx/read-model.js';
import { resolveModel, type FindPackOptions } from '../packs/find-pack.js';
import { differenceFromPublished } from '../packs/published.js';
import { SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256, sampleTeacher } from '../sample-teacher.js';
import { PROVIDERS, type Provider } from '../session/open-in-order.js';
import { SessionEndedError } from '../session/session.js';
import { SessionPool } from '../session/session-pool.js';
import { inspectRecogniser, type Recogniser, type RecogniserConfig } from './inspect-recogniser.js';
import { requireCounts } from './require-counts.js';
import { noiseCrops } from './noise-crops.js';
import type { TeacherNetwork } from './teacher.js';

export interface OnnxTeacherOptions extends FindPackOptions, RecogniserConfig {
  /** An installed InsightFace pack such as buffalo_l, `sample` for the sample teacher, a folder with its models, or an .onnx file. */
  pack?: string;
  /** The same under the name that configurations have for it; it goes before `pack`. */
  model?: string;
  /** Images in one run of the model; a last one that is smaller is filled up, so that memory does not grow with varying shapes. */
  batchSize?: number;
  /** Copies of the model, each in a thread of its own: more than one pays on machines of many cores. */
  sessions?: number;
  /** Threads that one copy computes with. */
  threads?: number;
  /** Where to compute, in order of preference. */
  providers?: readonly Provider[];
}

/** The longest embedding that a face recogniser is believed to have. */
const MAX_EMBEDDING_SIZE = 4096;
/** Runs that a session is given ahead, so that it never waits for the caller. */
const RUNS_AHEAD = 2;
/** Of one image's embedding alone and in a batch: quantised models give cosines of 0.98 and more, other images' rows less. */
const MIN_COSINE_IN_BATCH = 0.9;

/** @throws TeacherError where there is no such model, or it is damaged or not a face recogniser. */
export async function openOnnxTeacher({
  pack = 'buffalo_l',
  model = pack,
  batchSize = 32,
  sessions = 1,
  threads = Math.max(1, Math.floor(availableParallelism() / sessions)),
  providers = ['cpu'],
  root,
  ...config
}: OnnxTeacherOptions): Promise<TeacherNetwork> {
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
    const network = new OnnxNetwork(file, recogniser, pool, batchSize);
    await network.tryOut();
    return network;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

class OnnxNetwork implements TeacherNetwork {
  readonly path: string;
  readonly sha256: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly standIn: boolean;
  readonly provider: string;
  readonly skipped: TeacherNetwork['skipped'] & object;
  readonly runsAtOnce: number;
  embeddingSize = 0;
  fixedBatch: number | undefined;
  notice: string | undefined;

  constructor(
    { path, bytes, sha256 }: ModelFile,
    private readonly recogniser: Recogniser,
    private readonly pool: SessionPool,
    readonly batchSize: number,
  ) {
    [this.path, this.sha256, this.standIn] = [path, sha256, recogniser.standIn];
    this.fingerprint = fingerprintOf(sha256, recogniser.changed);
    this.name = recogniser.standIn
      ? 'stand-in teacher (untrained: it recognises nobody)'
      : sha256 === SAMPLE_TEACHER_SHA256
        ? SAMPLE_TEACHER_NAME
        : basename(path, '.onnx');
    this.notice = differenceFromPublished(basename(path), { bytes, sha256 });
    this.fixedBatch = recogniser.fixedBatch;
    this.provider = pool.description.provider;
    this.skipped = pool.description.skipped;
    this.runsAtOnce = RUNS_AHEAD * pool.size;
  }

  /**
   * What the file says of sizes may be wrong: ArcFace's states [1, 512] for any batch, and InsightFace's own exporter an open batch where
   * the graph takes one image only. So one image is run, and then a batch.
   */
  async tryOut(): Promise<void> {
    const { fixedBatch, batchSize } = this;
    if (fixedBatch !== undefined) return this.measure(await this.run(noiseCrops(fixedBatch), fixedBatch), fixedBatch);
    const crops = noiseCrops(batchSize);
    const alone = await this.run(crops.subarray(-CROP_BYTES), 1).catch((error: TeacherError) => error);
    if (!(alone instanceof Error)) this.measure(alone, 1);
    if (batchSize === 1 && alone instanceof Error) throw alone;
    if (batchSize === 1) return;
    const together = await this.run(crops, batchSize).catch((error: TeacherError) => error);
    if (alone instanceof Error) {
      if (together instanceof Error) throw together;
      this.measure(together, batchSize);
      this.fixedBatch = batchSize;
      return;
    }
    const refusal =
      together instanceof Error
        ? together.message
        : together.length !== batchSize * this.embeddingSize || !agree(alone, together.subarray(-this.embeddingSize))
          ? `it gives other embeddings to ${batchSize} at once`
          : undefined;
    if (refusal === undefined) return;
    this.fixedBatch = 1;
    const notice = `${basename(this.path)} runs image by image: its graph is made for a batch of one (${refusal}).`;
    this.notice = this.notice === undefined ? notice : `${this.notice} ${notice}`;
  }

  async run(crops: Uint8Array, batch: number): Promise<Float32Array> {
    const { input, output, layout, scaling } = this.recogniser;
    const pixels = filledUp(crops, batch);
    const outputs = await this.pool
      .run({ [input]: { pixels, batch, height: CROP_SIZE, width: CROP_SIZE, layout, scaling } })
      .catch((error: Error) => {
        if (error instanceof SessionEndedError)
          throw new TeacherError(`${this.path}: ${error.message}.`, 'environment');
        throw new TeacherError(
          `${this.path} cannot be run (${firstLine(error)}); expected a model of ${CROP_SIZE}×${CROP_SIZE} RGB faces.`,
        );
      });
    const rows = outputs[output]!.data;
    const count = crops.length / CROP_BYTES;
    return count === batch ? rows : rows.subarray(0, (rows.length / batch) * count);
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private measure({ length }: Float32Array, count: number): void {
    const size = length / count;
    if (!Number.isInteger(size) || size < 1 || size > MAX_EMBEDDING_SIZE)
      throw new TeacherError(`${this.path} gives ${length} numbers for ${count} images; it is not a face recogniser.`);
    this.embeddingSize = size;
  }
}

/** Told apart from the file's own embeddings only where they are others. */
function fingerprintOf(sha256: string, changed: Recogniser['changed']): string {
  if (Object.keys(changed).length === 0) return sha256;
  return createHash('sha256')
    .update(sha256 + JSON.stringify(changed))
    .digest('hex');
}

/** The last image is repeated: what fills a batch up can then do nothing that the images themselves do not. */
function filledUp(crops: Uint8Array, batch: number): Uint8Array {
  if (crops.length === batch * CROP_BYTES) return crops;
  const filled = new Uint8Array(batch * CROP_BYTES);
  filled.set(crops);
  for (let at = crops.length; at < filled.length; at += CROP_BYTES) filled.set(crops.subarray(-CROP_BYTES), at);
  return filled;
}

/** Undecided where one has no direction: a run of real images will tell. */
function agree(alone: Float32Array, inBatch: Float32Array): boolean {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const cosine = dot(alone, inBatch) / Math.sqrt(dot(alone, alone) * dot(inBatch, inBatch));
  return !(cosine < MIN_COSINE_IN_BATCH);
}

function requireProviders(providers: readonly Provider[]): void {
  const unknown = providers.find((provider) => !PROVIDERS.includes(provider));
  if (unknown !== undefined || providers.length === 0)
    throw new TeacherError(
      `providers: ${unknown ?? 'an empty list'}; expected some of ${PROVIDERS.join(', ')}, in order of preference.`,
    );
}

const firstLine = (error: Error) => error.message.split('\n')[0]!.trim();
