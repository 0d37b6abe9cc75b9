// The training loop in one call, for what needs no checkpoint: a loss, batches that a function draws, and a number of steps.
import { namedVariables } from '@lin/invertible';
import type * as tf from '@tensorflow/tfjs-core';
import { Adam, type AdamOptions } from '../optimisers/adam.js';
import { learningRateAt } from '../optimisers/learning-rate.js';
import type { Inputs } from './objective.js';
import type { DataPosition } from './training-data.js';
import { trainingSteps } from './training-steps.js';

export interface MinimiseOptions<I extends Inputs> extends AdamOptions {
  /** Any object or array: the trainable variables below it are updated. */
  model: object;
  /**
   * The tensors of step 0, 1, …, of the same shapes each time; they are disposed of after the step. Written before `loss`,
   * they give it their types. */
  inputs: (step: number) => I;
  /** Of the tensors of a batch, by tfjs operations of variables; it must draw no random numbers of its own. */
  loss: (inputs: I) => tf.Scalar;
  steps: number;
  /** At the first step; it falls to 0 by half a cosine. Default 1e-3. */
  learningRate?: number;
}

/**
 * Minimises a loss with Adam and a learning rate that falls to 0 by half a cosine: `trainingSteps` in one call, recorded where the backend
 * can record. For a training that is to be logged, saved or resumed, take `trainingSteps` itself.
 * @param options What is trained, its loss, its batches; and Adam's own.
 * @returns The loss of each step, before its update.
 * @throws TrainingDivergedError when a loss or a gradient is not finite; the parameters are then those of the step before.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { minimise } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.zeros<tf.Rank.R2>([2, 1])); // y = 3 x₁ − x₂ is to be found
 * const losses = await minimise({
 *   model: { w },
 *   inputs: (step) => {
 *     const x = tf.randomNormal<tf.Rank.R2>([16, 2], 0, 1, 'float32', step + 1);
 *     return { x, y: tf.matMul(x, tf.tensor2d([[3], [-1]])) };
 *   },
 *   loss: ({ x, y }) => tf.mean(tf.squaredDifference(tf.matMul(x, w), y)),
 *   steps: 200,
 *   learningRate: 0.1,
 * });
 * console.log(losses.length, losses.at(-1)! < 1e-4, [...w.dataSync()].map(Math.round));
 * ```
 * ```text
 * 200 true [ 3, -1 ]
 * ```
 */
export async function minimise<I extends Inputs>({
  model,
  loss,
  inputs,
  steps,
  learningRate = 1e-3,
  ...adam
}: MinimiseOptions<I>): Promise<number[]> {
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`minimise: steps is ${steps}; expected an integer of at least 1.`);
  const optimiser = new Adam(namedVariables(model), adam);
  const training = trainingSteps({
    objective: (batch: I) => ({ loss: loss(batch) }),
    inputs: ({ step }: { step: number; size: number }) => inputs(step),
    optimiser,
    data: {
      stepsPerEpoch: steps,
      async *batches({ batch }: DataPosition) {
        for (let step = batch; step < steps; step++) yield { step, size: 1 };
      },
    },
    epochs: 1,
    learningRate: (step) => learningRateAt(step, { learningRate, schedule: 'cosine', totalSteps: steps }),
  });
  const losses: number[] = [];
  try {
    for await (const { scalars } of training) losses.push(scalars.loss);
  } finally {
    optimiser.dispose();
  }
  return losses;
}
