// Training a run: steps, logs, checkpoints, and a clean stop when the user asks for one.
import {
  distillationInputs,
  learningRateAt,
  loadCheckpoint,
  rewindMetrics,
  saveCheckpoint,
  START,
  TrainingDivergedError,
  trainingSteps,
  type CheckpointState,
} from '@lin/train';
import { rm } from 'node:fs/promises';
import { note } from '../terminal/console.js';
import { Validation } from '../validation/validation.js';
import { buildObjective } from './objective.js';
import { buildOptimiser } from './optimiser.js';
import { initializeFromData } from './initialize-from-data.js';
import { resumedPosition, totalSteps } from './resumed-position.js';
import { TrainingLog } from './training-log.js';
import type { Run } from '../run/run.js';

export interface Fit {
  /** False where the user stopped it: the run can be resumed. */
  finished: boolean;
  steps: number;
  /** Seconds of training, those of earlier sessions of the run included. */
  seconds: number;
  /** Share of them in which it waited for its data. */
  dataWaitShare: number;
}

export interface FitOptions {
  /** From the run's last checkpoint. */
  resume: boolean;
  /** Called when the checkpoint is known to be this run's, before anything is written. */
  prepare?: () => Promise<void>;
  /** Aborted, it ends the training after the running step, with a checkpoint. */
  signal: AbortSignal;
  /** Called when the first step begins: from then on there is something to lose. */
  onBegin: () => void;
}

export async function fit(run: Run, { resume, prepare, signal, onBegin }: FitOptions): Promise<Fit> {
  const { model, folder } = run;
  const { linearizer, training, device } = run.config;
  const data = run.trainingData();
  const optimiser = buildOptimiser(model.namedVariables(), run.config);
  const state: CheckpointState = resume
    ? await loadCheckpoint(folder.checkpoint, { model, optimiser, check: (state) => run.refuseOther(state) })
    : { position: START, seconds: 0, dataSeconds: 0 };
  await prepare?.();
  if (!resume) await initializeFromData(run.model.gx, data);
  await rewindMetrics(folder.metrics, state.position.step);
  await rm(folder.summary, { force: true }); // of an earlier end: until the next one, the run has not ended

  const { num_epochs: epochs, batch_size: batchSize } = linearizer;
  const size = { epochs, stepsPerEpoch: data.stepsPerEpoch, batchSize, images: run.dataset.split.train.length };
  const totals = { steps: totalSteps(state, size), epochs };
  state.position = resumedPosition(state, size);
  state.origin = run.origin;
  const validation = await Validation.open(run);
  if (validation) note(`Validate ${validation.describe(run.config.validation.interval)}`);
  const log = await TrainingLog.open(folder, totals, state.position.step);
  const announce = () =>
    note(
      '\nStopping after this step; press Ctrl-C again to stop at once and lose what came after the last checkpoint.',
    );
  onBegin();
  signal.addEventListener('abort', announce);
  const steps = trainingSteps({
    objective: buildObjective(model, run.config),
    inputs: distillationInputs(model.gx.imageShape),
    optimiser,
    microBatches: linearizer.micro_batches,
    data,
    epochs,
    session: { precision: device.precision, ...(device.xla !== 'auto' && { xla: device.xla }) },
    position: state.position,
    learningRate: (step) =>
      learningRateAt(step, {
        learningRate: linearizer.learning_rate,
        schedule: linearizer.learning_rate_schedule,
        milestones: linearizer.learning_rate_milestones,
        decay: linearizer.learning_rate_decay,
        warmupSteps: linearizer.warmup_steps,
        totalSteps: totals.steps,
      }),
  });
  const validate = async () => {
    await steps.synchronise();
    return validation!.measure(model);
  };
  const save = () => saveCheckpoint(folder.checkpoint, { model, optimiser, training: steps, state });
  /** Where the last batches of an epoch began in another size, its end is not that of a batch. */
  const endLastEpoch = async () => {
    const { step, data: next } = state.position;
    if (next.epoch >= epochs) return;
    state.position = { step, data: { epoch: epochs, batch: 0 } };
    await save();
  };
  try {
    for await (const step of steps) {
      state.position = step.next;
      state.seconds += step.seconds;
      state.dataSeconds += step.dataSeconds;
      log.add(step);
      const epochEnds = step.next.data.batch === 0;
      const isLast = step.next.data.epoch >= epochs;
      const validates = validation && (isLast || step.step % run.config.validation.interval === 0);
      const validated = validates ? await validate() : undefined;
      const logs = step.step === 1 || step.step % training.log_interval === 0 || epochEnds || signal.aborted;
      if (logs || validated) await log.write(step, validated);
      if (epochEnds || signal.aborted || step.step % training.checkpoint_interval === 0) await save();
      if (signal.aborted) break;
    }
    if (!signal.aborted) await endLastEpoch();
  } catch (error) {
    if (error instanceof TrainingDivergedError)
      error.message += ' Lower linearizer.learning_rate, or resume from the last checkpoint.';
    throw error;
  } finally {
    signal.removeEventListener('abort', announce);
    await log.close();
    optimiser.dispose();
  }
  const { step, data: next } = state.position;
  return {
    finished: !signal.aborted || next.epoch >= epochs,
    steps: step,
    seconds: state.seconds,
    dataWaitShare: state.dataSeconds / state.seconds,
  };
}
