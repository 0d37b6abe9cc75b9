// Schedules of the learning rate: the share of the peak at a step, as a pure function of its number. Another one is a line in SCHEDULES.

export interface ScheduleOptions {
  /** Of the whole training, warm-up included. */
  totalSteps: number;
  /** Steps of linear rise before the schedule begins; of `one-cycle` the length of its own rise, 0 being 30 % of the training. */
  warmupSteps: number;
  /** Of `step`: shares of the training, in [0, 1], at each of which the rate is multiplied by `decay`; default 0.5 and 0.75. */
  milestones?: readonly number[];
  /** Of `step`: what the rate is multiplied by; default 0.1. */
  decay?: number;
}

/** @param step Counted from 0; for all but `one-cycle` not below `warmupSteps`. Returns the share of the peak rate, in [0, 1]. */
export type Schedule = (step: number, options: ScheduleOptions) => number;

const constant: Schedule = () => 1;

/** Divided by ten at a half and at three quarters of the training, as He et al. 2016 do (https://arxiv.org/abs/1512.03385, section 4.2). */
const stepwise: Schedule = (step, { totalSteps, milestones = [0.5, 0.75], decay = 0.1 }) =>
  decay ** milestones.filter((share) => step >= Math.round(share * totalSteps)).length;

/** Half a cosine from the peak to 0 at the last step (Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983, without restarts). */
const cosine: Schedule = (step, { totalSteps, warmupSteps }) => {
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return 0.5 * (1 + Math.cos(Math.PI * progress));
};

/** Of the peak at the first step, and of that at the last: the numbers of fastai and PyTorch. */
const [FIRST, LAST] = [1 / 25, 1 / 250_000];
const RISE_SHARE = 0.3;

/**
 * Up by half a cosine, and down by another (Smith & Topin 2017, https://arxiv.org/abs/1708.07120, with cosines as PyTorch's
 * OneCycleLR).
 */
const oneCycle: Schedule = (step, { totalSteps, warmupSteps }) => {
  const top = (warmupSteps || RISE_SHARE * totalSteps) - 1; // the step that is at the peak
  if (step < top) return between(FIRST, 1, step / top);
  return between(1, LAST, Math.min(1, (step - top) / Math.max(1, totalSteps - 1 - top)));
};

/** From `start` to `end` by half a cosine. */
const between = (start: number, end: number, progress: number) =>
  end + ((start - end) / 2) * (1 + Math.cos(Math.PI * progress));

/** By name, for a configuration. */
export const SCHEDULES = {
  constant,
  step: stepwise,
  cosine,
  'one-cycle': oneCycle,
} as const satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof SCHEDULES;
