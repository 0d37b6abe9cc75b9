// One call of a teacher: batches of its images through the network, each row to its place, and every image that has none named.
import { EmbeddingError, TeacherError } from '../errors.js';
import { CROP_BYTES } from '../face-crop.js';
import type { CropSource } from './crop-source.js';
import type { TeacherNetwork } from './teacher.js';

/** The images of a batch that could be read. */
interface Batch {
  positions: number[];
  /** RGB bytes [positions.length, 112, 112, 3]. */
  crops: Uint8Array;
}

export class EmbeddingRun {
  /** [count, embeddingSize]; NaN where there is no embedding. */
  readonly rows: Float32Array;
  readonly failures: EmbeddingError[] = [];

  constructor(
    private readonly network: TeacherNetwork,
    private readonly source: CropSource,
    /** Images of a batch. */
    private readonly size: number,
  ) {
    this.rows = new Float32Array(source.count * network.embeddingSize).fill(NaN);
  }

  /** Never rejects: of each image of the batch there is a row or a failure afterwards. */
  async batch(start: number, end: number): Promise<void> {
    const batch = await this.read(start, end);
    if (batch.positions.length === 0) return;
    const rows = await this.run(batch).catch((error: unknown) => this.withoutRows(batch, error));
    if (!rows) return;
    const odd = batch.positions.filter((position, i) => !this.put(position, rows, i));
    for (const position of odd) await this.alone(batch, position);
  }

  fail(position: number, reason: string, fault: 'input' | 'environment' = 'input'): void {
    const image = this.source.nameOf(position);
    this.failures.push(new EmbeddingError(position, reason, { ...(image !== undefined && { image }), fault }));
  }

  private async read(start: number, end: number): Promise<Batch> {
    const batch: Batch = { positions: [], crops: new Uint8Array((end - start) * CROP_BYTES) };
    const crops = Array.from({ length: end - start }, (_, i) => this.source.crop(start + i));
    for (const [i, crop] of (await Promise.allSettled(crops)).entries()) {
      if (crop.status === 'fulfilled') {
        batch.crops.set(crop.value, batch.positions.length * CROP_BYTES);
        batch.positions.push(start + i);
      } else {
        const message = messageOf(crop.reason); // of a file: it names it
        this.failures.push(new EmbeddingError(start + i, message, { message, fault: faultOf(crop.reason) }));
      }
    }
    return { ...batch, crops: batch.crops.subarray(0, batch.positions.length * CROP_BYTES) };
  }

  /** A batch that cannot be run: which of its images is at fault? */
  private async withoutRows(batch: Batch, error: unknown): Promise<void> {
    const { positions } = batch;
    if (faultOf(error) === 'environment') {
      for (const position of positions) this.fail(position, messageOf(error), 'environment');
      return;
    }
    if (positions.length === 1) return this.fail(positions[0]!, messageOf(error));
    const before = this.failures.length;
    for (const position of positions) await this.alone(batch, position);
    if (this.failures.length > before) return;
    const reason = `${messageOf(error)} Each image of its batch can be run alone: choose a smaller batch.`;
    for (const position of positions) {
      this.rowOf(position).fill(NaN);
      this.fail(position, reason, 'environment');
    }
  }

  private async alone({ positions, crops }: Batch, position: number): Promise<void> {
    const at = positions.indexOf(position) * CROP_BYTES;
    try {
      const rows = await this.run({ positions: [position], crops: crops.subarray(at, at + CROP_BYTES) });
      if (this.put(position, rows, 0)) return;
      this.fail(
        position,
        `${this.network.path} gives numbers that are not finite for it; leave it out, or, if others fail too, get the model again.`,
      );
    } catch (error) {
      this.fail(position, messageOf(error), faultOf(error));
    }
  }

  private async run({ positions, crops }: Batch): Promise<Float32Array> {
    const { path, embeddingSize } = this.network;
    const rows = await this.network.run(crops, this.size);
    if (rows.length === positions.length * embeddingSize) return rows;
    throw new TeacherError(
      `${path} gives ${rows.length} numbers for ${positions.length} images, ` +
        `not ${positions.length * embeddingSize}; it is not a face recogniser.`,
      'environment', // no other image would help
    );
  }

  /** @returns false for a row with numbers that are not finite: it is not taken. */
  private put(position: number, rows: Float32Array, i: number): boolean {
    const { embeddingSize } = this.network;
    const row = rows.subarray(i * embeddingSize, (i + 1) * embeddingSize);
    if (!row.every(Number.isFinite)) return false;
    this.rowOf(position).set(row);
    return true;
  }

  private rowOf(position: number): Float32Array {
    const { embeddingSize } = this.network;
    return this.rows.subarray(position * embeddingSize, (position + 1) * embeddingSize);
  }
}

const faultOf = (error: unknown) => (error instanceof TeacherError ? error.fault : 'input');
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
