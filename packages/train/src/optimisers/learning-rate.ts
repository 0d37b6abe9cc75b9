// Learning-rate schedules: the rate of a step as a pure function of its number, so that a resumed run needs no state for it.

export interface LearningRateOptions {
  /** Peak rate. */
  learningRate: number;
  /**
   * `constant`, or `cosine`: half a cosine from the peak down to 0 at the last step (Loshchilov & Hutter 2017, arXiv 1608.03983, without
   * restarts).
   */
  schedule?: 'constant' | 'cosine';
  /** Steps of linear rise from 0 to the peak. */
  warmupSteps?: number;
  totalSteps: number;
}

/** The learning rate of `step`, counted from 0. */
export function learningRateAt(
  step: number,
  { learningRate, schedule = 'constant', warmupSteps = 0, totalSteps }: LearningRateOptions,
): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (schedule === 'constant') return learningRate;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
}
