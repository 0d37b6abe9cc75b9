// Training a run: steps, logs, validation, checkpoints, and a clean stop when the user asks for one.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers, replaceFile } from '@lin/files';
import type { Cluster } from '@lin/engine';
import {
  Averaged,
  rewindMetrics,
  START,
  TrainingDivergedError,
  type CheckpointState,
  type LogOutcome,
  type Optimiser,
  type Training,
} from '@lin/train';
import { note } from '../terminal/console.js';
import { sayEnough, sayStart, sliceOf } from '../cluster/messages.js';
import { bestSoFar, isOutOfPatience } from '../validation/best-so-far.js';
import { Validation, type ValidationFigures } from '../validation/validation.js';
import { buildOptimiser } from './optimiser.js';
import { initializeFromData } from './initialize-from-data.js';
import { isSolvedAt, solveOperator } from './operator-solve.js';
import { resumedPosition, totalSteps } from './resumed-position.js';
import { resumedState } from './resumed-state.js';
import { isValidated, trainingOf } from './training-of.js';
import { TrainingLog } from './training-log.js';
import type { CheckpointChoice } from '../run/checkpoint-choice.js';
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
  /** From the run's last checkpoint, or from `checkpoint`. */
  resume: boolean;
  checkpoint?: CheckpointChoice | undefined;
  /**
   * Called before anything in the run's folder is written or removed: of a new run before its first step; of a resumed one after the
   * first of this session, so that one that fails before leaves all that an earlier one reached.
   */
  prepare?: () => Promise<void>;
  /** Aborted, it ends the training after the running step, with a checkpoint. */
  signal: AbortSignal;
  /** The workers that train together, of which this is number 0. */
  cluster?: Cluster | undefined;
  /** Called when the first step begins: from then on there is something to lose. */
  onBegin: () => void;
}

export async function fit(
  run: Run,
  { resume, checkpoint, prepare, signal, onBegin, cluster }: FitOptions,
): Promise<Fit> {
  const { model, folder, checkpoints } = run;
  const { linearizer, training, validation: choice } = run.config;
  const data = run.trainingData(cluster && sliceOf(cluster));
  const optimiser = buildOptimiser(model.namedVariables(), run.config);
  const resumed = resume ? await resumedState(run, optimiser, checkpoint) : undefined;
  const state: CheckpointState = resumed ?? { position: START, seconds: 0, dataSeconds: 0 };
  if (!resumed) await initializeFromData(run.model.gx, run.trainingData());

  const { num_epochs: epochs, batch_size: batchSize } = linearizer;
  const size = { epochs, stepsPerEpoch: data.stepsPerEpoch, batchSize, images: run.dataset.training.keys.length };
  const totals = { steps: totalSteps(state, size), epochs };
  state.position = resumedPosition(state, size);
  state.origin = run.origin;
  const validation = await Validation.open(run);
  if (validation) note(`Validate ${validation.describe(choice.interval)}`);
  const doneSteps = state.position.step;
  const log = await TrainingLog.open(run, totals, doneSteps);
  let hasBegun = false;
  const begin = async () => {
    if (hasBegun) return;
    hasBegun = true;
    await prepare?.();
    await rewindMetrics(folder.metrics, doneSteps);
    for (const path of [folder.path, folder.checkpoints, folder.report]) await removeLeftovers(path);
    await log.begin();
  };
  const announce = () =>
    note(
      '\nStopping after this step; press Ctrl-C again to stop at once and lose what came after the last checkpoint.',
    );
  onBegin();
  signal.addEventListener('abort', announce);
  let isEnough = isOutOfPatience(state.best, choice);
  if (cluster) await sayStart(cluster, { position: state.position, totalSteps: totals.steps, isEnough });
  const steps = trainingOf(run, {
    data,
    optimiser,
    position: state.position,
    totalSteps: totals.steps,
    isEnough,
    cluster,
    wantsToStop: () => signal.aborted,
  });
  const save = () => checkpoints.save({ model, optimiser, training: steps, state });
  /** Where the last batches of an epoch began in another size, its end is not that of a batch. */
  const endLastEpoch = async () => {
    const { step, data: next } = state.position;
    if (next.epoch >= epochs) return;
    state.position = { step, data: { epoch: epochs, batch: 0 } };
    if (isSolvedAt(state.position, run)) await log.solved(step, await solveOperator(run, optimiser));
    await save();
  };
  const isMultiple = (step: number, of: number | null) => of !== null && step % of === 0;
  let isStopped = false;
  let outcome: LogOutcome = 'failed';
  try {
    if (!resumed) await begin();
    for await (const step of steps) {
      await begin();
      if (state.position.step === doneSteps) await rm(folder.summary, { force: true }); // until the next end, it has not ended
      state.position = step.next;
      state.seconds += step.seconds;
      state.dataSeconds += step.dataSeconds;
      log.add(step);
      const epochEnds = step.next.data.batch === 0;
      const solved = isSolvedAt(step.next, run) ? await steps.changing(() => solveOperator(run, optimiser)) : undefined;
      const validates = validation && isValidated(step, run.config);
      const validated = validates ? await validate(run, steps, optimiser, validation) : undefined;
      if (validated) state.best = bestSoFar(state.best, step.step, validated, choice);
      isEnough = isOutOfPatience(state.best, choice);
      if (cluster && validates && choice.patience !== null) await sayEnough(cluster, isEnough);
      isStopped = cluster ? step.stops : signal.aborted;
      const logs = step.step === 1 || isMultiple(step.step, training.log_interval) || epochEnds || isStopped;
      if (logs || validated) await log.write(step, { validation: validated, operator: solved });
      const isBest = state.best?.step === step.step;
      const isKept = isMultiple(step.step, training.checkpoint_interval) || isMultiple(step.step, training.keep_every);
      if (epochEnds || isStopped || isBest || isEnough || isKept) await save();
      if (isStopped || isEnough) break;
    }
    if (cluster) await cluster.gather('the last step is done');
    await begin(); // where there was no step to take
    if (!isStopped && !isEnough) await endLastEpoch();
    outcome = isStopped ? 'interrupted' : 'finished';
  } catch (error) {
    if (error instanceof TrainingDivergedError) await describeDivergence(error, folder.path);
    throw error;
  } finally {
    signal.removeEventListener('abort', announce);
    await log.close(outcome);
    optimiser.dispose();
  }
  const { step, data: next } = state.position;
  if (isEnough)
    note(
      `Enough   no better ${choice.figure} on validation since step ${state.best!.step}: training ends after step ${step}`,
    );
  return {
    finished: !isStopped || next.epoch >= epochs,
    steps: step,
    seconds: state.seconds,
    dataWaitShare: state.dataSeconds / state.seconds,
  };
}

/** All of what is known, into a file; the message has the beginning of it. */
async function describeDivergence(error: TrainingDivergedError, folder: string): Promise<void> {
  const { step, quantity, value, keys, lastFinite } = error;
  const path = join(folder, 'diverged.json');
  await replaceFile(path, `${JSON.stringify({ step, quantity, value: String(value), keys, lastFinite }, null, 2)}\n`);
  error.message += ` All of it is in ${path}. Lower linearizer.learning_rate, or resume from the last checkpoint.`;
}

/** Of the weights as they are after this step, or of their moving average where one is kept; no bit of either changes. */
async function validate(
  { model }: Run,
  steps: Pick<Training, 'synchronise'>,
  optimiser: Optimiser,
  validation: Validation,
): Promise<ValidationFigures> {
  await steps.synchronise();
  if (!(optimiser instanceof Averaged)) return validation.measure(model);
  const cosineAsTrained = await validation.cosineOf(model);
  return { ...(await optimiser.whileExchanged(() => validation.measure(model))), cosineAsTrained };
}
