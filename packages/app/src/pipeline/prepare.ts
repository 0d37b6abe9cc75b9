// Everything that training, evaluating and visualising a run have in common: engine, records, teacher, embeddings, model.
import type { Engine } from '@lin/engine';
import type { Linearizer } from '@lin/linearizer';
import type { EmbeddingCache, Teacher } from '@lin/teacher';
import { inOrder, type DistillationSource } from '@lin/train';
import type { Config } from '../config/schema.js';
import { openDataset, type Dataset } from './dataset.js';
import { buildModel, type Gx } from './model.js';
import { openEmbeddings, openTeacher } from './teacher.js';

export interface Prepared {
  engine: Engine;
  dataset: Dataset;
  teacher: Pick<Teacher, 'name' | 'standIn' | 'sha256'>;
  embeddings: EmbeddingCache;
  model: Linearizer<Gx>;
  close(): Promise<void>;
}

/** Opens all of it, the engine being started already; closes what it opened where a later part fails. */
export async function prepare(config: Config, engine: Engine): Promise<Prepared> {
  const dataset = await openDataset(config);
  const opened: { close(): Promise<void> }[] = [dataset.records];
  const close = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    const teacher = await openTeacher(config, dataset);
    const embeddings = await openEmbeddings(teacher, dataset, config.training.num_workers).finally(() => teacher.close());
    opened.push(embeddings);
    return { engine, dataset, teacher, embeddings, model: buildModel(config), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The images of `keys` with their targets, for training. */
export function trainingSource({ dataset, embeddings }: Prepared, { linearizer, training }: Config): DistillationSource {
  return { records: dataset.records, embeddings, keys: dataset.split.train, batchSize: linearizer.batch_size, workers: training.num_workers };
}

/** The test images in order, or those of `keys`. */
export function testBatches({ dataset, embeddings }: Prepared, { evaluation, training }: Config, { keys = dataset.split.test } = {}) {
  return inOrder({ records: dataset.records, embeddings, keys, batchSize: Math.min(evaluation.batch_size, keys.length), workers: training.num_workers });
}
