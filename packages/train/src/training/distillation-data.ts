// What distillation trains and tests on: images of a record set beside their teacher's embeddings, read from its cache.
import { batchCount, batches, type BatchesOptions, type RecordSet } from '@lin/data';
import type { EmbeddingCache } from '@lin/teacher';
import type { TrainingBatch, TrainingData } from './steps.js';

export interface DistillationSource {
  records: RecordSet;
  /** One row per image of `records`, in the order of its keys. */
  embeddings: EmbeddingCache;
  /** Keys of the images to use. */
  keys: Float64Array;
  batchSize: number;
  /** Images decoded at once. */
  workers?: number;
}

/** Batches in the order of the keys, the last one as large as what is left. */
export function inOrder(source: DistillationSource): AsyncIterable<TrainingBatch> {
  return withTargets(source, {});
}

/** Epochs in shuffled order; a last batch that is not full is left out, so that every step has the same shape. @throws DataOptionError */
export function shuffledEpochs({ seed, ...source }: DistillationSource & { seed: number }): TrainingData {
  return {
    stepsPerEpoch: batchCount(source.keys.length, { batchSize: source.batchSize, dropLast: true }),
    batches: ({ epoch, stepInEpoch }) => withTargets(source, { shuffle: { seed, epoch }, startAt: stepInEpoch, dropLast: true }),
  };
}

async function* withTargets(
  { records, embeddings, keys, batchSize, workers }: DistillationSource,
  order: Pick<BatchesOptions, 'shuffle' | 'startAt' | 'dropLast'>,
): AsyncGenerator<TrainingBatch, void, void> {
  for await (const batch of batches(records, { keys, batchSize, ...(workers && { workers }), ...order })) {
    const targets = await embeddings.rows(Array.from(batch.keys, (key) => records.positionOf(key)));
    yield { images: batch.images, size: batch.size, targets };
  }
}
