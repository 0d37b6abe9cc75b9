// Learning-rate schedules: the rate of a step as a pure function of its number, so that a resumed run needs no state for it.

export interface LearningRateOptions {
  /** Peak rate. */
  learningRate: number;
  /**
   * `constant`, or `cosine`: half a cosine from the peak down to 0 at the last step (Loshchilov & Hutter 2017, arXiv 1608.03983, without
   * restarts).
   */
  schedule?: 'constant' | 'cosine';
  /** Steps of linear rise from 0 to the peak; default 0. */
  warmupSteps?: number;
  /** Of the whole training, warm-up included. */
  totalSteps: number;
}

/**
 * The learning rate of a step: a pure function of its number, so that a resumed run needs no state for it.
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
  { learningRate, schedule = 'constant', warmupSteps = 0, totalSteps }: LearningRateOptions,
): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (schedule === 'constant') return learningRate;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
}
