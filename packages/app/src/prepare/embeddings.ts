// The teacher's embeddings of a dataset: where they are kept, and how the images are read for them.
import { join } from 'node:path';
import { batches } from '@lin/data';
import type { OpenEmbeddingCacheOptions, Teacher } from '@lin/teacher';
import type { Config } from '../config/schema.js';
import { EmbeddingProgress } from '../terminal/embedding-progress.js';
import { cacheFolder } from '../config/workspace.js';
import type { Dataset, EmbeddedRecords } from './dataset.js';
import { imagesInPlace } from './images-in-place.js';
import type { ImageVariant } from './image-variants.js';

const BATCH = 64;

export interface CacheContents {
  teacher: Teacher;
  dataset: Dataset;
  config: Config;
  /** One of the dataset's sets. */
  set: EmbeddedRecords;
  variant: ImageVariant;
}

/** One cache of them, for @lin/teacher to fill, open or merge: of a variant of the images of a set. */
export function cacheOptionsOf({ teacher, dataset, config, set, variant }: CacheContents): OpenEmbeddingCacheOptions {
  const { damage, training } = dataset;
  const { records, fingerprint, unembedded, keys: all } = set;
  const { name, options } = variant;
  const title = set === dataset ? variant.title : `${variant.title} of drawn faces`;
  const progress = new EmbeddingProgress(`Teacher  embedding the ${title}, once`);
  return {
    folder: join(cacheFolder(), 'embeddings'),
    teacher,
    variant: name,
    precision: config.model.cache_precision,
    images: {
      fingerprint,
      count: records.imageCount,
      nameOf: (position) => `${records.path} (key ${records.keys[position]})`,
      async *imagesFrom(start, end) {
        const keys = all.subarray(start, end);
        yield* imagesInPlace(
          keys,
          batches(training.records, {
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
