// A teacher made of a network: batches, several under way at once, embeddings of unit length, and calls that finish before it closes.
import { TeacherError } from '../errors.js';
import { OpenCalls } from '../open-calls.js';
import { cropSourceOf } from './crop-source.js';
import { EmbeddingRun } from './embedding-run.js';
import { requireCounts } from './require-counts.js';
import type { Crops, EmbedOptions, Teacher, TeacherNetwork } from './teacher.js';

const BATCH_SIZE = 32;

/** What a network computes, as a teacher; closing it closes the network. */
export function teacherOf(network: TeacherNetwork): Teacher {
  return new NetworkTeacher(network);
}

class NetworkTeacher implements Teacher {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly fingerprint: string;
  readonly embeddingSize: number;
  readonly batchSize: number;
  readonly standIn: boolean;
  readonly notice: string | undefined;
  readonly provider: string;
  readonly skipped: Teacher['skipped'];
  private readonly calls: OpenCalls;

  constructor(private readonly network: TeacherNetwork) {
    const { name, path, sha256, embeddingSize, fixedBatch, batchSize = BATCH_SIZE, notice } = network;
    [this.name, this.path, this.sha256, this.embeddingSize] = [name, path, sha256, embeddingSize];
    this.fingerprint = network.fingerprint ?? sha256;
    this.batchSize = fixedBatch ?? batchSize;
    this.standIn = network.standIn ?? false;
    this.notice = notice;
    this.provider = network.provider ?? 'cpu';
    this.skipped = network.skipped ?? [];
    this.calls = new OpenCalls(`The teacher ${name}`);
  }

  async embed(images: Crops, options?: EmbedOptions): Promise<Float32Array> {
    return (await this.embedWithNorms(images, options)).embeddings;
  }

  embedWithNorms(
    images: Crops,
    options: EmbedOptions = {},
  ): Promise<{ embeddings: Float32Array; norms: Float32Array }> {
    return this.calls.run(async () => {
      const run = await this.computed(images, options);
      const norms = normaliseRows(run, this.network);
      return { embeddings: checked(run, options).rows, norms };
    });
  }

  features(images: Crops, options: EmbedOptions = {}): Promise<Float32Array> {
    return this.calls.run(async () => checked(await this.computed(images, options), options).rows);
  }

  async close(): Promise<void> {
    await this.calls.close();
    await this.network.close();
  }

  /** Stops at the first batch with a failure, unless the caller takes failures. */
  private async computed(images: Crops, { batch = this.batchSize, onFailed }: EmbedOptions): Promise<EmbeddingRun> {
    const source = cropSourceOf(images);
    const size = this.batchFor(batch);
    const run = new EmbeddingRun(this.network, source, size);
    const running = new Set<Promise<void>>();
    for (let start = 0; start < source.count && (onFailed || run.failures.length === 0); start += size) {
      const under = run.batch(start, Math.min(start + size, source.count)).finally(() => running.delete(under));
      running.add(under);
      if (running.size >= (this.network.runsAtOnce ?? 1)) await Promise.race(running);
    }
    await Promise.all(running);
    return run;
  }

  private batchFor(batch: number): number {
    requireCounts({ batch });
    const { fixedBatch } = this.network;
    if (fixedBatch === undefined || fixedBatch === batch) return batch;
    throw new TeacherError(`${this.path} runs ${fixedBatch} images at a time, not ${batch}; leave batch out.`);
  }
}

/** @throws EmbeddingError for the first image without a row, unless the caller takes failures. */
function checked(run: EmbeddingRun, { onFailed }: EmbedOptions): EmbeddingRun {
  const failures = run.failures.sort((a, b) => a.position - b.position);
  if (onFailed) failures.forEach(onFailed);
  else if (failures[0]) throw failures[0];
  return run;
}

/** @returns the lengths that the rows had; NaN where there is no row, or one without a direction. */
function normaliseRows(run: EmbeddingRun, { embeddingSize, path }: TeacherNetwork): Float32Array {
  return Float32Array.from({ length: run.rows.length / embeddingSize }, (_, position) => {
    const row = run.rows.subarray(position * embeddingSize, (position + 1) * embeddingSize);
    if (Number.isNaN(row[0])) return NaN; // it has failed, or was not reached
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0 && Number.isFinite(norm)) {
      for (let i = 0; i < embeddingSize; i++) row[i]! /= norm;
      return norm;
    }
    run.fail(
      position,
      `${path} gives an embedding of length ${norm} for it, which has no direction; leave it out, or, ` +
        'if others fail too, get the model again.',
    );
    row.fill(NaN);
    return NaN;
  });
}
