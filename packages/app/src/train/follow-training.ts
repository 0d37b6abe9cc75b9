// Training as a worker other than 0: the same steps on its own part of every batch, and nothing else.
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '@lin/engine';
import { note } from '../terminal/console.js';
import { hearEnough, hearStart, sliceOf } from '../cluster/messages.js';
import type { Run } from '../run/run.js';
import { isSolvedAt } from './operator-solve.js';
import { buildOptimiser } from './optimiser.js';
import { isValidated, trainingOf } from './training-of.js';

/** So long its server stays for those whose last message is under way. */
const LINGER_MS = 500;

export interface FollowOptions {
  cluster: Cluster;
  /** Aborted, it ends the training of all after the next step. */
  signal: AbortSignal;
  onBegin: () => void;
}

/** Whether it went on to the end of the training, and was not stopped. */
export async function followTraining(run: Run, { cluster, signal, onBegin }: FollowOptions): Promise<boolean> {
  const { config, model } = run;
  const { training, validation } = config;
  const optimiser = buildOptimiser(model.namedVariables(), config);
  const start = await hearStart(cluster);
  onBegin();
  const data = run.trainingData(sliceOf(cluster));
  const steps = trainingOf(run, { ...start, data, optimiser, cluster, wantsToStop: () => signal.aborted });
  let isStopped = false;
  try {
    for await (const step of steps) {
      if (step.step % training.log_interval === 0)
        note(`step ${step.step}/${start.totalSteps}  loss ${step.scalars.loss.toExponential(3)}`);
      if (isSolvedAt(step.next, run)) await steps.changing(async () => {});
      const mayEnd = run.dataset.split.validation.length > 0 && validation.patience !== null;
      isStopped = step.stops;
      if ((mayEnd && isValidated(step, config) && (await hearEnough(cluster))) || isStopped) break;
    }
    await cluster.gather('the last step is done');
    await pause(LINGER_MS);
  } finally {
    optimiser.dispose();
  }
  return !isStopped;
}
