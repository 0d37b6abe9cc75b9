// Fits a flow to data by maximum likelihood: shuffled batches, epoch after epoch, for a number of steps.
import * as tf from '@tensorflow/tfjs-core';
import { requireSeed } from '../parameters/options.js';
import { SeedSequence, seededPermutation } from '../parameters/initializers.js';
import { requireContext } from '../bijection/contexts.js';
import { requireInteger } from '../parameters/options.js';
import { requireShape } from '../bijection/shapes.js';
import type { Flow } from './flow.js';
import { likelihoodStep, type LabelledBatch, type LikelihoodStep } from './likelihood-step.js';

export interface FitOptions {
  /** All samples, [N, …]; stays the caller's. */
  data: tf.Tensor;
  /** Their contexts, [N, …contextShape], where the flow is conditional. */
  context?: tf.Tensor;
  steps: number;
  /** At most N. */
  batchSize?: number;
  /** What one step does; Adam with a learning rate of 1e-3 unless given. A recorded step fits here too. */
  step?: LikelihoodStep;
  /** Of the order of the samples. */
  seed?: number;
}

/**
 * Fits a flow to data by maximum likelihood: shuffled batches, epoch after epoch. Yields the loss of each step, in nats per sample, so a
 * caller can log it, stop, or change the learning rate. An epoch's last samples, too few for a batch, are left to the next, which has
 * another order.
 * @param flow What is trained.
 * @param options `data`, [N, …], and its `context`; `steps`, `batchSize`, what a `step` does (Adam at 1e-3 unless given), the order's
 * `seed`.
 * @throws ShapeError for data or contexts of another shape, RangeError for an option out of range, DivergedError for a loss that is not
 * finite.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs'; // with its gradients
 * import { fit, Flow, realNVP } from '@lin/invertible';
 * const flow = new Flow({ transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8 }) });
 * const data = tf.mul(tf.randomNormal([64, 2], 0, 1, 'float32', 1), 0.3);
 * const losses: number[] = [];
 * for await (const loss of fit(flow, { data, steps: 40, batchSize: 32 })) losses.push(loss);
 * console.log(losses.length, losses.at(-1)! < losses[0]!);
 * ```
 * ```text
 * 40 true
 * ```
 */
export async function* fit(
  flow: Flow,
  { data, context, steps, batchSize = 256, step, seed = 0 }: FitOptions,
): AsyncGenerator<number, void, void> {
  requireShape('fit', data, flow.transform.inputShape);
  requireContext('fit', data, context, flow.contextShape);
  requireSeed(seed);
  requireInteger('steps', steps, 0);
  requireInteger('batchSize', batchSize);
  if (batchSize > data.shape[0]!)
    throw new RangeError(`batchSize is ${batchSize}: expected at most the number of samples, ${data.shape[0]}.`);
  // With the ε of 1e-4 that tfjs takes by itself on WebGL, Adam hardly moves.
  const own = step ? undefined : tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const takeStep = step ?? likelihoodStep(flow, { optimizer: own! });
  try {
    const batches = shuffled({ x: data, context }, batchSize, new SeedSequence(seed));
    for (let taken = 0; taken < steps; taken++) {
      const batch = batches.next().value;
      try {
        yield await takeStep(batch);
      } finally {
        tf.dispose([batch.x, batch.context ?? []]);
      }
    }
  } finally {
    own?.dispose();
  }
}

function* shuffled(
  { x, context }: LabelledBatch,
  batchSize: number,
  seeds: SeedSequence,
): Generator<LabelledBatch, never, void> {
  const count = x.shape[0]!;
  for (;;) {
    const order = seededPermutation(count, seeds.take());
    for (let from = 0; from + batchSize <= count; from += batchSize) {
      const rows = tf.tensor1d(order.slice(from, from + batchSize), 'int32');
      const batch = { x: tf.gather(x, rows), context: context && tf.gather(context, rows) };
      rows.dispose();
      yield batch;
    }
  }
}
