// What distillation trains and tests on: images of a record set beside their teacher's embeddings, read from its cache.
import {
  batchCount,
  batches,
  type Augmentation,
  type BatchesOptions,
  type JoinedRecords,
  type RecordSet,
  type Slice,
} from '@lin/data';
import type { DamagePolicy } from './damage-policy.js';
import type { Embeddings } from './embeddings-on-demand.js';
import { variantAt } from './image-variants.js';
import { oneAhead } from './one-ahead.js';
import type { DistillationBatch, TrainingData } from '@lin/train';

/** Embeddings by position. */
type Rows = Omit<Embeddings, 'close'>;

export interface DistillationSource {
  records: RecordSet | JoinedRecords;
  /** One row per image of `records`, in the order of its keys. */
  embeddings: Rows;
  /** Keys of the images to use. */
  keys: Float64Array;
  batchSize: number;
  /** Threads that decode. */
  workers?: number;
  damage?: DamagePolicy;
}

export interface ShuffledEpochsOptions extends DistillationSource {
  seed: number;
  /** This process's part of every batch, of which `batchSize` counts all. */
  slice?: Slice | undefined;
  /**
   * Mirrors a share of the images, whose targets are the teacher's embeddings of the mirrored images: one row per image, as in
   * `embeddings`.
   */
  mirror?: { share: number; embeddings: Rows };
  /** Shows each image as it is or altered in one of a few ways, in turn; `embeddings` of the first way, the second, … */
  variants?: { alteration: Augmentation; embeddings: readonly Rows[] };
}

/** Batches in the order of the keys, the last one as large as what is left. */
export function inOrder(source: DistillationSource): AsyncIterable<DistillationBatch> {
  return oneAhead(withTargets(source, {}));
}

/** Epochs in shuffled order; a last batch that is not full is left out, so that every step has the same shape. @throws DataOptionError */
export function shuffledEpochs({
  seed,
  mirror,
  variants,
  slice,
  ...source
}: ShuffledEpochsOptions): TrainingData<DistillationBatch> {
  const { batchSize, records } = source;
  const last = 'drop';
  return {
    stepsPerEpoch: batchCount(source.keys.length, { batchSize, last }),
    batches: ({ epoch, batch, skipped = 0, image = batch * batchSize + skipped }) => {
      const startAt = { epoch, batch, image, skipped };
      const order = { shuffle: { seed, epoch }, startAt, last, ...(slice && { slice }) } as const;
      if (mirror) {
        const augment = { flip: mirror.share };
        return oneAhead(withTargets(source, { ...order, augment }, [mirror.embeddings], (_, flipped) => flipped));
      }
      if (variants) {
        const { alteration: augment, embeddings } = variants;
        const numberOf = (key: number) => variantAt(records.positionOf(key), epoch, embeddings.length);
        const shown = { augment, variants: { seed, of: (key: number) => numberOf(key) || undefined } };
        return oneAhead(withTargets(source, { ...order, ...shown }, embeddings, numberOf));
      }
      return oneAhead(withTargets(source, order));
    },
  };
}

/** Which of the altered pictures an image of a batch is: 1 for that of the first cache; 0, the image as it is. */
type Alteration = (key: number, flipped: number) => number;

async function* withTargets(
  { records, embeddings, keys, batchSize, workers, damage }: DistillationSource,
  order: Pick<BatchesOptions, 'shuffle' | 'startAt' | 'last' | 'augment' | 'variants' | 'slice'>,
  altered: readonly Rows[] = [],
  alterationOf: Alteration = () => 0,
): AsyncGenerator<DistillationBatch, void, void> {
  const caches = [embeddings, ...altered];
  for await (const batch of batches(records, { keys, batchSize, ...(workers && { workers }), ...damage, ...order })) {
    const cacheOf = Array.from(batch.keys, (key, i) => alterationOf(key, batch.flipped[i]!));
    const targets = await rowsOf(caches, cacheOf, records.positionsOf(batch.keys));
    yield { images: batch.images, size: batch.size, targets, keys: batch.keys, position: batch.position };
  }
}

/** The row of each position, from the cache that `cacheOf` names. */
async function rowsOf(
  caches: readonly Rows[],
  cacheOf: readonly number[],
  positions: Uint32Array,
): Promise<Float32Array> {
  const length = caches[0]!.embeddingSize;
  const targets = new Float32Array(positions.length * length);
  for (const [number, cache] of caches.entries()) {
    const places = [...positions.keys()].filter((i) => cacheOf[i] === number);
    if (places.length === 0) continue;
    const rows = await cache.rows(places.map((i) => positions[i]!));
    for (const [row, i] of places.entries()) targets.set(rows.subarray(row * length, (row + 1) * length), i * length);
  }
  return targets;
}
