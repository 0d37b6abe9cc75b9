// The training steps of a run, as its config has them: the same in every worker.
import type { Cluster } from '@lin/engine';
import {
  distillationInputs,
  learningRateAt,
  trainingSteps,
  type DistillationBatch,
  type DistillationScalars,
  type Optimiser,
  type Training,
  type TrainingData,
  type TrainingPosition,
  type TrainingStep,
} from '@lin/train';
import type { Config } from '../config/schema.js';
import type { Run } from '../run/run.js';
import { buildObjective } from './objective.js';

export interface TrainingOfOptions {
  data: TrainingData<DistillationBatch>;
  optimiser: Optimiser;
  position: TrainingPosition;
  totalSteps: number;
  /** Whether it ends before its first step. */
  isEnough: boolean;
  cluster: Cluster | undefined;
  wantsToStop: () => boolean;
}

export function trainingOf(
  { model, config }: Pick<Run, 'model' | 'config'>,
  { isEnough, totalSteps, ...options }: TrainingOfOptions,
): Training<DistillationScalars> {
  const { linearizer, device } = config;
  return trainingSteps({
    ...options,
    objective: buildObjective(model, config),
    inputs: distillationInputs(model.gx.imageShape),
    microBatches: linearizer.micro_batches,
    epochs: isEnough ? 0 : linearizer.num_epochs,
    session: { precision: device.precision, ...(device.xla !== 'auto' && { xla: device.xla }) },
    learningRate: (step) =>
      learningRateAt(step, {
        learningRate: linearizer.learning_rate,
        schedule: linearizer.learning_rate_schedule,
        milestones: linearizer.learning_rate_milestones,
        decay: linearizer.learning_rate_decay,
        warmupSteps: linearizer.warmup_steps,
        totalSteps,
      }),
  });
}

/** Whether validation follows this step, where there is any. */
export function isValidated({ step, next }: Pick<TrainingStep, 'step' | 'next'>, config: Config): boolean {
  return next.data.epoch >= config.linearizer.num_epochs || step % config.validation.interval === 0;
}
