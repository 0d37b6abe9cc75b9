// The training loop as an async generator: it yields after every step, and its consumer logs, saves, and leaves whenever it likes.
import { createStepper, type StepMetrics, type StepperOptions } from './stepper.js';

export interface TrainingBatch {
  /** RGB bytes [size, 112, 112, 3]. */
  images: Uint8Array;
  size: number;
  /** The teacher's unit embeddings, [size, embeddingSize]. */
  targets: Float32Array;
  /** Damaged records that the epoch has left out so far; none where there is no such policy. */
  skipped?: number;
}

/** Where a run stands: the next step to take is step `stepInEpoch` of epoch `epoch` (both from 0); `step` steps are done. */
export interface TrainingPosition {
  epoch: number;
  stepInEpoch: number;
  step: number;
  /** Damaged records that the epoch has left out so far: the images of its next batch come after them. */
  skipped: number;
}

export const START: TrainingPosition = { epoch: 0, stepInEpoch: 0, step: 0, skipped: 0 };

export interface TrainingData {
  readonly stepsPerEpoch: number;
  /** The batches of an epoch, in that epoch's own order, from `stepInEpoch` on. */
  batches(position: TrainingPosition): AsyncIterable<TrainingBatch>;
}

export interface TrainingStepsOptions extends StepperOptions {
  data: TrainingData;
  epochs: number;
  /** The learning rate of a step, counted from 0. */
  learningRate: (step: number) => number;
  /** Where to start: `START`, or what a checkpoint says. */
  position?: TrainingPosition;
}

export interface TrainingStep extends StepMetrics {
  /** Steps done, this one included. */
  step: number;
  epoch: number;
  learningRate: number;
  images: number;
  /** Seconds of this step, data included. */
  seconds: number;
  /** Seconds of this step in which it waited for its batch. */
  dataSeconds: number;
  /** Where the next step starts: what a checkpoint written now must hold. */
  next: TrainingPosition;
}

/** A loss or gradient that is no longer a finite number. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError';
}

/**
 * Runs training steps from `position` to the end of the last epoch: as one recorded graph where the backend can record, else op by op.
 * While a recorded step trains, the parameters are on the device; `saveCheckpoint` and `optimiser.synchronise()` bring them back, and so
 * does the end of the loop, however it ends.
 * @throws TrainingDivergedError when the loss or the gradient norm of a step is not finite; the parameters are then those of the step before.
 */
export async function* trainingSteps({
  data,
  epochs,
  learningRate,
  position = START,
  ...stepping
}: TrainingStepsOptions): AsyncGenerator<TrainingStep, void, void> {
  const stepper = createStepper(stepping);
  try {
    let { epoch, stepInEpoch, step, skipped } = position;
    for (; epoch < epochs; epoch++, stepInEpoch = 0, skipped = 0) {
      let waitingSince = performance.now();
      for await (const batch of data.batches({ epoch, stepInEpoch, step, skipped })) {
        const startedAt = performance.now();
        const rate = learningRate(step);
        const metrics = await stepper.run(batch, rate);
        step += 1;
        refuseNonFinite('loss', metrics.loss, step);
        refuseNonFinite('gradient norm', metrics.gradientNorm, step);
        const now = performance.now();
        stepInEpoch += 1;
        skipped = batch.skipped ?? 0;
        const endOfEpoch = stepInEpoch === data.stepsPerEpoch;
        yield {
          step,
          epoch,
          ...metrics,
          learningRate: rate,
          images: batch.size,
          seconds: (now - waitingSince) / 1000,
          dataSeconds: (startedAt - waitingSince) / 1000,
          next: endOfEpoch
            ? { epoch: epoch + 1, stepInEpoch: 0, step, skipped: 0 }
            : { epoch, stepInEpoch, step, skipped },
        };
        waitingSince = performance.now();
      }
    }
  } finally {
    await stepper.dispose();
  }
}

function refuseNonFinite(what: string, value: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new TrainingDivergedError(
    `Training diverged: the ${what} of step ${step} is ${value}; lower linearizer.learning_rate, or resume from the last checkpoint.`,
  );
}
