// An epoch of the trainer, whose targets come from disk, over one of the authors' notebook's loop: there the teacher answers in every step,
// image by image, and the step is computed op by op. Both train the notebook's own network on the same records.
import { join } from 'node:path';
import { batchCount, batches, type RecordSet } from '@lin/data';
import { loadTeacher, type Teacher } from '@lin/teacher';
import { writeStandInRecogniser, type StandInNetwork } from '@lin/teacher/stand-in';
import { shuffledEpochs } from '../../app/src/prepare/distillation-data.js';
import type { Config } from '../../app/src/config/schema.js';
import type { DistillationBatch, TrainingData } from '../src/index.js';
import { drawFaces, embedAll } from './faces.js';
import { inTurn, median, ratioOf, type Cost } from './rounds.js';
import { trainerEpochs } from './training.js';

export interface NotebookLoopOptions {
  folder: string;
  config: Config;
  /** The stand-in's shape. */
  network: StandInNetwork;
  /** Of an epoch. */
  steps: number;
  rounds: number;
}

export async function measureNotebookLoop({ folder, config, network, steps, rounds }: NotebookLoopOptions) {
  const { batch_size: batchSize } = config.linearizer;
  const model = join(folder, `${network}.onnx`);
  await writeStandInRecogniser(model, { network });
  const { records, keys } = await drawFaces(folder, steps * batchSize);
  const teacher = await loadTeacher({ model });
  const startedAt = performance.now();
  const embeddings = await embedAll(folder, records, teacher);
  const embeddingSeconds = (performance.now() - startedAt) / 1000;
  const workers = config.training.num_workers;
  const source = { records, keys, batchSize, workers };
  const options = { config, embeddingSize: teacher.embeddingSize };
  const trainer = await trainerEpochs({ ...options, data: shuffledEpochs({ ...source, embeddings, seed: 0 }) });
  const loop = await trainerEpochs({ ...options, data: taughtInEachStep(source, teacher), recorded: false });
  try {
    for (const { epoch } of [trainer, loop]) await epoch();
    const [ours, theirs] = (await inTurn(rounds, [trainer.epoch, loop.epoch])) as [Cost[], Cost[]];
    return {
      speedupOverNotebookLoop: ratioOf(theirs, ours, 'wall'),
      speedupInCpuTime: ratioOf(theirs, ours, 'cpu'),
      network,
      steps,
      batchSize,
      secondsPerImage: median(ours.map(({ wall }) => wall)) / keys.length,
      notebookSecondsPerImage: median(theirs.map(({ wall }) => wall)) / keys.length,
      embeddingSecondsPerImage: embeddingSeconds / records.imageCount,
    };
  } finally {
    for (const part of [trainer, loop, embeddings, teacher, records]) await part.close();
  }
}

interface Source {
  records: RecordSet;
  keys: Float64Array;
  batchSize: number;
  workers: number;
}

function taughtInEachStep(
  { records, keys, batchSize, workers }: Source,
  teacher: Teacher,
): TrainingData<DistillationBatch> {
  const last = 'drop';
  return {
    stepsPerEpoch: batchCount(keys.length, { batchSize, last }),
    async *batches({ epoch }) {
      const order = { keys, batchSize, last, workers, shuffle: { seed: 0, epoch } } as const;
      for await (const { images, size, position, ...batch } of batches(records, order))
        yield { images, size, position, keys: batch.keys, targets: await teacher.embed(images, { batch: 1 }) };
    },
  };
}
