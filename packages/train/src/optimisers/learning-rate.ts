// The learning rate of a step as a pure function of its number, so that a resumed run needs no state for it.
import { SCHEDULES, type ScheduleName, type ScheduleOptions } from './schedules.js';

export interface LearningRateOptions extends Partial<ScheduleOptions> {
  /** Peak rate. */
  learningRate: number;
  /** One of `SCHEDULES`; default `constant`. */
  schedule?: ScheduleName;
  /** Steps of linear rise from 0 to the peak; default 0. */
  warmupSteps?: number;
  /** Of the whole training, warm-up included. */
  totalSteps: number;
}

/**
 * The learning rate of a step: a pure function of its number, so that a resumed run needs no state for it. `constant`; `step`, divided by
 * ten at a half and at three quarters of the training (`milestones`, `decay`); `cosine`, half a cosine from the peak down to 0 at the last
 * step (Loshchilov, Hutter 2017, https://arxiv.org/abs/1608.03983); `one-cycle`, up and down by half a cosine each (Smith, Topin 2017,
 * https://arxiv.org/abs/1708.07120). The warm-up rises linearly to the peak; of `one-cycle` it is the length of its own rise.
 * @param step Counted from 0.
 * @example
 * ```ts
 * import { learningRateAt } from '@lin/train';
 *
 * const options = { learningRate: 1, schedule: 'cosine', warmupSteps: 2, totalSteps: 10 } as const;
 * console.log([0, 1, 2, 6, 10].map((step) => learningRateAt(step, options).toFixed(2)));
 * ```
 * ```text
 * [ '0.50', '1.00', '1.00', '0.50', '0.00' ]
 * ```
 */
export function learningRateAt(
  step: number,
  { learningRate, schedule = 'constant', warmupSteps = 0, ...options }: LearningRateOptions,
): number {
  const isRising = step < warmupSteps && schedule !== 'one-cycle'; // which has a rise of its own
  if (isRising) return (learningRate * (step + 1)) / warmupSteps;
  return learningRate * SCHEDULES[schedule](step, { warmupSteps, ...options });
}
