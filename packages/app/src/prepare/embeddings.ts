// The teacher's embeddings of a dataset: where they are kept, and how the images are read for them.
import { join } from 'node:path';
import { batches } from '@lin/data';
import type { OpenEmbeddingCacheOptions, Teacher } from '@lin/teacher';
import type { Config } from '../config/schema.js';
import { EmbeddingProgress } from '../terminal/embedding-progress.js';
import { cacheFolder } from '../config/workspace.js';
import type { Dataset } from './dataset.js';
import { imagesInPlace } from './images-in-place.js';
import type { ImageVariant } from './image-variants.js';

const BATCH = 64;

/** One cache of them, for @lin/teacher to fill, open or merge. */
export function cacheOptionsOf(
  teacher: Teacher,
  { records, fingerprint, damage, unembedded }: Dataset,
  config: Config,
  { name: variant, title, options }: ImageVariant,
): OpenEmbeddingCacheOptions {
  const progress = new EmbeddingProgress(`Teacher  embedding the ${title}, once`);
  return {
    folder: join(cacheFolder(), 'embeddings'),
    teacher,
    variant,
    precision: config.model.cache_precision,
    images: {
      fingerprint,
      count: records.imageCount,
      nameOf: (position) => `${records.path} (key ${records.keys[position]})`,
      async *imagesFrom(start, end) {
        const keys = records.keys.subarray(start, end);
        yield* imagesInPlace(
          keys,
          batches(records, {
            keys,
            batchSize: Math.min(BATCH, keys.length),
            workers: config.training.num_workers,
            ...options,
            ...damage,
          }),
        );
      },
    },
    onProgress: (step) => progress.update(step),
    ...(damage.onCorrupt === 'skip' && { onFailed: unembedded.add }),
  };
}
