// The teacher's embeddings of the few images that a trial looks at: computed when they are asked for, and kept in memory.
import { batches } from '@lin/data';
import type { EmbeddingCache, Teacher } from '@lin/teacher';
import type { Dataset } from './dataset.js';
import { imagesInPlace } from './images-in-place.js';
import type { ImageVariant } from './image-variants.js';

/** What a run asks of a teacher's embeddings. */
export type Embeddings = Pick<EmbeddingCache, 'embeddingSize' | 'rows' | 'close'>;

const BATCH = 64;

export class EmbeddingsOnDemand implements Embeddings {
  private readonly known = new Map<number, Float32Array>();

  constructor(
    private readonly teacher: Pick<Teacher, 'embeddingSize' | 'embed'>,
    private readonly dataset: Pick<Dataset['training'], 'records'> & Pick<Dataset, 'damage'>,
    private readonly options: ImageVariant['options'],
  ) {}

  get embeddingSize(): number {
    return this.teacher.embeddingSize;
  }

  /** The unit embeddings of the images at these positions: [positions.length, embeddingSize]. */
  async rows(positions: ArrayLike<number>): Promise<Float32Array> {
    const size = this.embeddingSize;
    const missing = new Set(Array.from(positions).filter((position) => !this.known.has(position)));
    if (missing.size > 0) await this.embed([...missing].sort((a, b) => a - b));
    const rows = new Float32Array(positions.length * size);
    Array.from(positions).forEach((position, i) => rows.set(this.known.get(position)!, i * size));
    return rows;
  }

  async close(): Promise<void> {}

  private async embed(positions: readonly number[]): Promise<void> {
    const { records, damage } = this.dataset;
    const keys = Float64Array.from(positions, (position) => records.keys[position]!);
    const read = batches(records, { keys, batchSize: Math.min(BATCH, keys.length), ...this.options, ...damage });
    const size = this.embeddingSize;
    let done = 0;
    for await (const images of imagesInPlace(keys, read)) {
      const rows = await this.teacher.embed(images);
      for (let row = 0; row * size < rows.length; row++)
        this.known.set(positions[done++]!, rows.slice(row * size, (row + 1) * size));
    }
  }
}
