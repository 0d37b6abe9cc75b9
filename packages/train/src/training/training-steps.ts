// The training loop as an async generator: it yields after every step, and its consumer logs, saves, and leaves whenever it likes.
import * as tf from '@tensorflow/tfjs-core';
import type { Inputs, Scalars } from './objective.js';
import { createStepRunner, type StepFigures, type StepRunner, type StepRunnerOptions } from './step-runner.js';
import {
  START,
  type DataPosition,
  type TrainingBatch,
  type TrainingData,
  type TrainingPosition,
} from './training-data.js';
import { TrainingDivergedError, type DivergenceDetails } from './training-diverged-error.js';
import type { StepInputs } from './training-step.js';

export interface TrainingStepsOptions<
  B extends TrainingBatch,
  I extends Inputs,
  S extends Scalars,
> extends StepRunnerOptions<I, S> {
  data: TrainingData<B>;
  /** The tensors of a batch, which are disposed of after its step; of the same shapes for every batch. */
  inputs: (batch: B) => I;
  epochs: number;
  /** The learning rate of a step, counted from 0. */
  learningRate: (step: number) => number;
  /** Where to start: `START`, or what a checkpoint says. */
  position?: TrainingPosition;
  /** In a cluster: asked before each step; where one worker's says so, that step is the last one of all: its `stops` is true. */
  wantsToStop?: () => boolean;
}

export interface TrainingStep<S extends Scalars = Scalars> {
  /** Steps done, this one included. */
  step: number;
  epoch: number;
  /** What the objective reports, before the update, and `gradientNorm`, before clipping. */
  scalars: StepFigures<S>;
  learningRate: number;
  /** Samples in its batch, those of all workers included. */
  samples: number;
  /** In a cluster: whether a worker wanted the training to end, so that this step is the last one. */
  stops: boolean;
  /** Seconds of this step, data included. */
  seconds: number;
  /** Seconds of this step in which it waited for its batch. */
  dataSeconds: number;
  /** Where the next step starts: what a checkpoint written now must hold. */
  next: TrainingPosition;
}

export interface Training<S extends Scalars = Scalars> extends AsyncGenerator<TrainingStep<S>, void, void> {
  /** Makes the tf.Variables those of the last step, wherever it was computed. To be called between two steps. */
  synchronise(): Promise<void>;
  /**
   * Lets `change` read and assign the tf.Variables between two steps: it finds them as the last step left them, and the next step goes on
   * from what it leaves, wherever that is computed.
   */
  changing<T>(change: () => Promise<T>): Promise<T>;
}

/**
 * The training loop: steps from `position` to the end of the last epoch, as one recorded graph where the backend can record, else op by op.
 * While a recorded step trains, the parameters are on the device: `synchronise()` brings them back, which `saveCheckpoint` asks for, and so
 * does the end of the loop, however it ends.
 * @throws TrainingDivergedError when the loss or the gradient norm of a step is not finite; the parameters are then those of the step
 * before.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Adam, distillation, LOSSES, trainingSteps } from '@lin/train';
 * await initEngine();
 *
 * const weights = tf.variable(tf.tensor2d([[1, 0], [1, 0]]));
 * const model = { apply: (x: tf.Tensor) => tf.matMul<tf.Tensor2D>(x as tf.Tensor2D, weights) };
 * const example = [{ size: 2, x: [[1, 0], [0, 1]], targets: [[0, 1], [1, 0]] }];
 * const training = trainingSteps({
 *   objective: distillation(model, LOSSES.cosine),
 *   inputs: ({ x, targets }: (typeof example)[0]) => ({ x: tf.tensor2d(x), targets: tf.tensor2d(targets) }),
 *   optimiser: new Adam(new Map([['weights', weights]])),
 *   data: {
 *     stepsPerEpoch: 1,
 *     async *batches() {
 *       yield* example;
 *     },
 *   },
 *   epochs: 30,
 *   learningRate: () => 0.1,
 * });
 * for await (const { step, scalars } of training) if (step % 15 === 0) console.log(step, scalars.cosine > 0.9);
 * ```
 * ```text
 * 15 true
 * 30 true
 * ```
 */
export function trainingSteps<B extends TrainingBatch, I extends Inputs, S extends Scalars>(
  options: TrainingStepsOptions<B, I, S>,
): Training<S> {
  const runner = createStepRunner(options);
  return Object.assign(loop(runner, options), {
    synchronise: () => runner.synchronise(),
    changing: async <T>(change: () => Promise<T>) => {
      await runner.synchronise();
      const result = await change();
      await runner.restart();
      return result;
    },
  });
}

async function* loop<B extends TrainingBatch, I extends Inputs, S extends Scalars>(
  runner: StepRunner<I, S>,
  options: TrainingStepsOptions<B, I, S>,
): AsyncGenerator<TrainingStep<S>, void, void> {
  const { data, inputs, epochs, learningRate, cluster, wantsToStop = () => false } = options;
  let { step, data: position } = options.position ?? START;
  try {
    let lastFinite: Readonly<Record<string, number>> | undefined;
    while (position.epoch < epochs) {
      const { epoch } = position;
      let waitingSince = performance.now();
      for await (const batch of data.batches(position)) {
        const startedAt = performance.now();
        const rate = learningRate(step);
        const flags = cluster && { stop: tf.scalar(Number(wantsToStop())) };
        const { stop = 0, ...figures } = await runStep(runner, { ...inputs(batch), ...flags }, rate);
        const scalars = figures as unknown as StepFigures<S>;
        step += 1;
        refuseNonFinite(step, scalars, { keys: batch.keys, lastFinite });
        lastFinite = { step, ...scalars, learningRate: rate };
        const now = performance.now();
        position = batch.position ?? { epoch, batch: position.batch + 1 };
        yield {
          step,
          epoch,
          scalars,
          learningRate: rate,
          samples: batch.size * (cluster?.workers.length ?? 1),
          stops: stop > 0,
          seconds: (now - waitingSince) / 1000,
          dataSeconds: (startedAt - waitingSince) / 1000,
          next: { step, data: afterBatch(position, data) },
        };
        if (stop > 0) return;
        waitingSince = performance.now();
      }
      position = { epoch: epoch + 1, batch: 0 };
    }
  } finally {
    await runner.close();
  }
}

async function runStep<I extends Inputs, S extends Scalars>(runner: StepRunner<I, S>, inputs: I, learningRate: number) {
  const tensors: StepInputs<I> = { ...inputs, learningRate: tf.scalar(learningRate) };
  try {
    return await runner.run(tensors);
  } finally {
    tf.dispose(tensors);
  }
}

/** At the end of an epoch, the beginning of the next one. */
const afterBatch = (position: DataPosition, { stepsPerEpoch }: TrainingData): DataPosition =>
  position.batch === stepsPerEpoch ? { epoch: position.epoch + 1, batch: 0 } : position;

function refuseNonFinite(
  step: number,
  { loss, gradientNorm }: { loss: number; gradientNorm: number },
  details: DivergenceDetails,
): void {
  if (!Number.isFinite(loss)) throw new TrainingDivergedError(step, 'loss', loss, details);
  if (!Number.isFinite(gradientNorm)) throw new TrainingDivergedError(step, 'gradient norm', gradientNorm, details);
}
