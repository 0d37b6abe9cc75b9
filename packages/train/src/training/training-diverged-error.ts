/** A loss or gradient that is no longer a finite number. The parameters are those of the step before. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError';
  readonly fault = 'environment';

  constructor(
    /** Steps done, the one that failed included. */
    readonly step: number,
    /** What is not finite: `loss`, or `gradient norm`. */
    readonly quantity: string,
    readonly value: number,
  ) {
    super(`Training diverged: the ${quantity} of step ${step} is ${value}.`);
  }
}
