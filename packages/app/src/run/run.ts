// Everything that training, evaluating and visualising a run have in common: engine, records, teacher, embeddings, model.
import type { Engine } from '@lin/engine';
import type { Linearizer } from '@lin/linearizer';
import { openEmbeddingCache, type EmbeddingCache, type Teacher } from '@lin/teacher';
import { inOrder, type DistillationSource, type ShuffledEpochsOptions } from '../prepare/distillation-data.js';
import type { Config } from '../config/schema.js';
import { checkPacks } from '../prepare/check-packs.js';
import { openDataset, type Dataset } from '../prepare/dataset.js';
import { embeddingsOf, variantsOf } from '../prepare/embeddings.js';
import { buildModel, type Gx } from '../prepare/model.js';
import { openTeacher } from '../prepare/teacher.js';

export interface Prepared {
  engine: Engine;
  dataset: Dataset;
  teacher: Pick<Teacher, 'name' | 'standIn' | 'sha256'>;
  embeddings: EmbeddingCache;
  /** Of the mirrored images, where training mirrors some. */
  mirroredEmbeddings: EmbeddingCache | undefined;
  model: Linearizer<Gx>;
  close(): Promise<void>;
}

/** Opens all of it, the engine being started already; closes what it opened where a later part fails. */
export async function prepare(config: Config, engine: Engine): Promise<Prepared> {
  await checkPacks(config);
  const dataset = await openDataset(config);
  const opened: { close(): Promise<void> }[] = [dataset.records];
  const close = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    const teacher = await openTeacher(config);
    try {
      const caches: EmbeddingCache[] = [];
      for (const variant of variantsOf(config)) {
        const cache = await openEmbeddingCache(embeddingsOf(teacher, dataset, config, variant));
        opened.push(cache);
        caches.push(cache);
      }
      return {
        engine,
        dataset,
        teacher,
        embeddings: caches[0]!,
        mirroredEmbeddings: caches[1],
        model: buildModel(config),
        close,
      };
    } finally {
      await teacher.close();
    }
  } catch (error) {
    await close();
    throw error;
  }
}

/** The images of `keys` with their targets, for training. */
export function trainingSource(prepared: Prepared, config: Config): ShuffledEpochsOptions {
  const { mirroredEmbeddings: embeddings, dataset } = prepared;
  const { seed, augment } = config.data;
  const mirror = embeddings && { share: augment.flip, embeddings };
  return {
    ...sourceOf(prepared, config),
    keys: dataset.split.train,
    batchSize: config.linearizer.batch_size,
    seed,
    ...(mirror && { mirror }),
  };
}

/** The test images in order, or those of `keys`. */
export function testBatches(prepared: Prepared, config: Config, { keys = prepared.dataset.split.test } = {}) {
  return inOrder({
    ...sourceOf(prepared, config),
    keys,
    batchSize: Math.min(config.evaluation.batch_size, keys.length),
  });
}

function sourceOf(
  { dataset: { records, damage }, embeddings }: Prepared,
  { training }: Config,
): Omit<DistillationSource, 'keys' | 'batchSize'> {
  return { records, embeddings, workers: training.num_workers, damage };
}
