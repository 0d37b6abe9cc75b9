// What distillation trains and tests on: images of a record set beside their teacher's embeddings, read from its cache.
import { batchCount, batches, type Batch, type BatchesOptions, type RecordSet } from '@lin/data';
import type { EmbeddingCache } from '@lin/teacher';
import { oneAhead } from './one-ahead.js';
import type { DistillationBatch, TrainingData } from '@lin/train';

/** What is done about damaged records, as `batches` of @lin/data has it. */
export type DamagePolicy = Pick<BatchesOptions, 'onCorrupt' | 'maxCorrupt' | 'onSkip'>;

export interface DistillationSource {
  records: RecordSet;
  /** One row per image of `records`, in the order of its keys. */
  embeddings: EmbeddingCache;
  /** Keys of the images to use. */
  keys: Float64Array;
  batchSize: number;
  /** Threads that decode. */
  workers?: number;
  damage?: DamagePolicy;
}

export interface ShuffledEpochsOptions extends DistillationSource {
  seed: number;
  /**
   * Mirrors a share of the images, whose targets are the teacher's embeddings of the mirrored images: one row per image, as in
   * `embeddings`.
   */
  mirror?: { share: number; embeddings: EmbeddingCache };
}

/** Batches in the order of the keys, the last one as large as what is left. */
export function inOrder(source: DistillationSource): AsyncIterable<DistillationBatch> {
  return oneAhead(withTargets(source, {}));
}

/** Epochs in shuffled order; a last batch that is not full is left out, so that every step has the same shape. @throws DataOptionError */
export function shuffledEpochs({ seed, mirror, ...source }: ShuffledEpochsOptions): TrainingData<DistillationBatch> {
  const { batchSize } = source;
  const last = 'drop';
  return {
    stepsPerEpoch: batchCount(source.keys.length, { batchSize, last }),
    batches: ({ epoch, batch, skipped = 0, image = batch * batchSize + skipped }) => {
      const startAt = { epoch, batch, image, skipped };
      const order = {
        shuffle: { seed, epoch },
        startAt,
        last,
        ...(mirror && { augment: { flip: mirror.share } }),
      } as const;
      return oneAhead(withTargets(source, order, mirror?.embeddings));
    },
  };
}

async function* withTargets(
  { records, embeddings, keys, batchSize, workers, damage }: DistillationSource,
  order: Pick<BatchesOptions, 'shuffle' | 'startAt' | 'last' | 'augment'>,
  mirrored?: EmbeddingCache,
): AsyncGenerator<DistillationBatch, void, void> {
  for await (const batch of batches(records, { keys, batchSize, ...(workers && { workers }), ...damage, ...order })) {
    const positions = records.positionsOf(batch.keys);
    const targets = await embeddings.rows(positions);
    if (mirrored) await useMirrored(targets, positions, batch, mirrored);
    yield { images: batch.images, size: batch.size, targets, keys: batch.keys, position: batch.position };
  }
}

/** Puts the rows of the mirrored images in the places of their own. */
async function useMirrored(
  targets: Float32Array,
  positions: Uint32Array,
  { flipped }: Batch,
  embeddings: EmbeddingCache,
): Promise<void> {
  const places = [...positions.keys()].filter((i) => flipped[i] === 1);
  const rows = await embeddings.rows(places.map((i) => positions[i]!));
  const length = embeddings.embeddingSize;
  for (const [row, i] of places.entries()) targets.set(rows.subarray(row * length, (row + 1) * length), i * length);
}
