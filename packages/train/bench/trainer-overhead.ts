// What the trainer costs beside its steps: reading records and embeddings, logs and a checkpoint an epoch, at the size of the main job's
// default. Validation is off.
import { join } from 'node:path';
import { loadTeacher, sampleTeacher } from '@lin/teacher';
import { shuffledEpochs } from '../../app/src/prepare/distillation-data.js';
import type { Config } from '../../app/src/config/schema.js';
import { drawFaces, embedAll } from './faces.js';
import { inTurn, median, ratioOf, type Cost } from './rounds.js';
import { bareEpochs, trainerEpochs } from './training.js';

export interface OverheadOptions {
  folder: string;
  config: Config;
  /** Of an epoch. */
  steps: number;
  rounds: number;
}

export async function measureOverhead({ folder, config, steps, rounds }: OverheadOptions) {
  const { batch_size: batchSize } = config.linearizer;
  const { records, keys } = await drawFaces(folder, steps * batchSize);
  const teacher = await loadTeacher({ model: await sampleTeacher() });
  const embeddings = await embedAll(folder, records, teacher);
  const workers = config.training.num_workers;
  const data = shuffledEpochs({ records, embeddings, keys, batchSize, workers, seed: 0 });
  const options = { config, embeddingSize: teacher.embeddingSize, data };
  const [trainer, bare] = [await trainerEpochs({ ...options, folder: join(folder, 'run') }), await bareEpochs(options)];
  try {
    for (const { epoch } of [trainer, bare]) await epoch(); // the trainer records in it
    const [ours, theirs] = (await inTurn(rounds, [trainer.epoch, bare.epoch])) as [Cost[], Cost[]];
    const [wall, cpu] = [ratioOf(ours, theirs, 'wall'), ratioOf(ours, theirs, 'cpu')];
    return {
      overhead: Math.max(wall, cpu),
      overheadWall: wall,
      overheadCpu: cpu,
      steps,
      batchSize,
      secondsPerStep: median(theirs.map((cost) => cost.wall)) / steps,
    };
  } finally {
    for (const part of [trainer, bare, embeddings, teacher, records]) await part.close();
  }
}
