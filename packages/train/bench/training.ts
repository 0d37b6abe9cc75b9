// Epochs of one training, one at a time: by the trainer, and as bare recorded steps.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { record } from '@lin/engine';
import * as tf from '@tensorflow/tfjs-core';
import { buildModel } from '../../app/src/prepare/model.js';
import { buildObjective } from '../../app/src/train/objective.js';
import { buildOptimiser } from '../../app/src/train/optimiser.js';
import type { Config } from '../../app/src/config/schema.js';
import {
  CheckpointFolder,
  distillationInputs,
  MetricsFile,
  START,
  TensorBoardWriter,
  trainingStep,
  trainingSteps,
  type DistillationBatch,
  type TrainingData,
} from '../src/index.js';
import type { Epoch } from './rounds.js';

const SESSION = { precision: 'auto' } as const;
/** Batches that the bare steps go round: as tensors, two hundred would take a gigabyte. */
const MOST_IN_MEMORY = 32;

export interface EpochOptions {
  config: Config;
  embeddingSize: number;
  data: TrainingData<DistillationBatch>;
}

export interface Epochs {
  epoch: Epoch;
  close(): Promise<unknown>;
}

interface TrainerOptions extends EpochOptions {
  /** Where it logs, and at the end of each epoch writes a checkpoint, as the application does; left out, it does neither. */
  folder?: string;
  /** false: op by op. */
  recorded?: boolean;
}

function sessionOf({ config, embeddingSize }: EpochOptions) {
  const model = buildModel(config, embeddingSize);
  const optimiser = buildOptimiser(model.namedVariables(), config);
  return {
    model,
    optimiser,
    objective: buildObjective(model, config),
    inputs: distillationInputs(model.gx.imageShape),
  };
}

/** The first epoch has the recording in it, too. */
export async function trainerEpochs({ folder, recorded = true, ...options }: TrainerOptions): Promise<Epochs> {
  const { config, data } = options;
  const { model, optimiser, ...what } = sessionOf(options);
  const training = trainingSteps({
    ...what,
    optimiser,
    data,
    recorded,
    session: SESSION,
    epochs: Infinity,
    learningRate: () => config.linearizer.learning_rate,
  });
  if (folder) await mkdir(folder, { recursive: true });
  const logs = folder ? [new MetricsFile(join(folder, 'metrics.jsonl')), await TensorBoardWriter.create(folder)] : [];
  const checkpoints = folder && new CheckpointFolder(join(folder, 'checkpoints'));
  return {
    async epoch() {
      for (let i = 1; i <= data.stepsPerEpoch; i++) {
        const { value } = await training.next();
        if (!value) throw new Error('The training has ended.');
        const { step, scalars, learningRate, next } = value;
        if (step % config.training.log_interval === 0)
          for (const log of logs) await log.scalars(step, { ...scalars, learningRate });
        if (i === data.stepsPerEpoch && checkpoints)
          await checkpoints.save({ model, optimiser, training, state: { position: next, seconds: 0, dataSeconds: 0 } });
      }
    },
    async close() {
      await training.return();
      for (const log of logs) await log.close();
      optimiser.dispose();
      model.dispose();
    },
  };
}

/** The same step on batches that are tensors already. */
export async function bareEpochs(options: EpochOptions): Promise<Epochs> {
  const { config, data } = options;
  const { model, optimiser, objective, inputs } = sessionOf(options);
  const learningRate = tf.scalar(config.linearizer.learning_rate);
  const inMemory: (ReturnType<typeof inputs> & { learningRate: tf.Scalar })[] = [];
  for await (const batch of data.batches(START.data)) {
    inMemory.push({ ...inputs(batch), learningRate });
    if (inMemory.length === MOST_IN_MEMORY) break;
  }
  const step = trainingStep(objective, optimiser);
  // Its variables stay in memory, too: the trainer records after it, and what records reads every variable there is.
  const recorded = await record(step, { inputs: inMemory[0]!, ...SESSION });
  return {
    async epoch() {
      for (let i = 0; i < data.stepsPerEpoch; i++) await recorded.run(inMemory[i % inMemory.length]!);
    },
    async close() {
      await recorded.read();
      await recorded.dispose();
      tf.dispose(inMemory);
      optimiser.dispose();
      model.dispose();
    },
  };
}
