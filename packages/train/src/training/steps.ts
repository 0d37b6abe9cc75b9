// The training loop as an async generator: it yields after every step, and its consumer logs, saves, and leaves whenever it likes.
import * as tf from '@tensorflow/tfjs-core';
import type { Encoder, Linearizer } from '@lin/linearizer';
import { cosineSimilarity, unitMeanSquaredError } from '../losses/unit-sphere.js';
import type { Adam } from '../optimisers/adam.js';
import { imagesToTensor } from './pixels.js';

export interface TrainingBatch {
  /** RGB bytes [size, 112, 112, 3]. */
  images: Uint8Array;
  size: number;
  /** The teacher's unit embeddings, [size, embeddingSize]. */
  targets: Float32Array;
}

/** Where a run stands: the next step to take is step `stepInEpoch` of epoch `epoch` (both from 0); `step` steps are done. */
export interface TrainingPosition {
  epoch: number;
  stepInEpoch: number;
  step: number;
}

export const START: TrainingPosition = { epoch: 0, stepInEpoch: 0, step: 0 };

export interface TrainingData {
  readonly stepsPerEpoch: number;
  /** The batches of an epoch, in that epoch's own order, from `stepInEpoch` on. */
  batches(position: TrainingPosition): AsyncIterable<TrainingBatch>;
}

export interface TrainingStepsOptions {
  model: Linearizer<Encoder>;
  optimiser: Adam;
  data: TrainingData;
  epochs: number;
  /** The learning rate of a step, counted from 0. */
  learningRate: (step: number) => number;
  /** Where to start: `START`, or what a checkpoint says. */
  position?: TrainingPosition;
}

export interface TrainingStep {
  /** Steps done, this one included. */
  step: number;
  epoch: number;
  loss: number;
  /** Mean cosine of the batch to its targets. */
  cosine: number;
  /** Global gradient norm before clipping. */
  gradientNorm: number;
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
 * Runs training steps from `position` to the end of the last epoch.
 * @throws TrainingDivergedError when the loss or the gradient norm of a step is not finite; the parameters are then those of the step before.
 */
export async function* trainingSteps({
  model,
  optimiser,
  data,
  epochs,
  learningRate,
  position = START,
}: TrainingStepsOptions): AsyncGenerator<TrainingStep, void, void> {
  let { epoch, stepInEpoch, step } = position;
  for (; epoch < epochs; epoch++, stepInEpoch = 0) {
    let waitingSince = performance.now();
    for await (const batch of data.batches({ epoch, stepInEpoch, step })) {
      const startedAt = performance.now();
      const rate = learningRate(step);
      const metrics = trainOnBatch(model, optimiser, batch, rate, step);
      const now = performance.now();
      step += 1;
      stepInEpoch += 1;
      const endOfEpoch = stepInEpoch === data.stepsPerEpoch;
      yield {
        step,
        epoch,
        ...metrics,
        learningRate: rate,
        images: batch.size,
        seconds: (now - waitingSince) / 1000,
        dataSeconds: (startedAt - waitingSince) / 1000,
        next: endOfEpoch ? { epoch: epoch + 1, stepInEpoch: 0, step } : { epoch, stepInEpoch, step },
      };
      waitingSince = performance.now();
    }
  }
}

/** One step: forward, gradients, update. */
function trainOnBatch(model: Linearizer<Encoder>, optimiser: Adam, batch: TrainingBatch, learningRate: number, step: number) {
  return tf.tidy(() => {
    const x = imagesToTensor(batch.images, batch.size);
    const target = tf.tensor2d(batch.targets, [batch.size, batch.targets.length / batch.size]);
    let prediction: tf.Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(() => {
      prediction = tf.keep(model.apply(x));
      return unitMeanSquaredError(prediction, target);
    }, optimiser.variables);
    const cosine = tf.mean(cosineSimilarity(prediction!, target)).dataSync()[0]!;
    prediction!.dispose();
    const loss = value.dataSync()[0]!;
    refuseNonFinite('loss', loss, step);

    const gradientNorm = optimiser.applyGradients(grads, learningRate);
    refuseNonFinite('gradient norm', gradientNorm, step);
    return { loss, cosine, gradientNorm };
  });
}

function refuseNonFinite(what: string, value: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new TrainingDivergedError(
    `Training diverged: the ${what} of step ${step + 1} is ${value}; lower linearizer.learning_rate, or resume from the last checkpoint.`,
  );
}
