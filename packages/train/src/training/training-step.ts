// One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update.
import * as tf from '@tensorflow/tfjs-core';
import type { Cluster } from '@lin/engine';
import type { Inputs, Objective, Reported, Scalars } from './objective.js';
import type { Optimiser } from '../optimisers/optimiser.js';

export type StepInputs<I extends Inputs> = I & {
  learningRate: tf.Scalar;
  /** In a cluster: 1 where this worker wants the training to end. */
  stop?: tf.Scalar;
};

/** The objective's scalars as they were before the update, and the gradient norm before clipping. */
export type StepScalars<S extends Scalars> = S & {
  gradientNorm: tf.Scalar;
  /** In a cluster: above 0 where a worker wants the training to end. */
  stop?: tf.Scalar;
};

export interface TrainingStepOptions {
  /**
   * Gradient accumulation: the batch is computed in so many equal parts along its first axis, one after the other, and their mean gradient
   * updates once. It takes the memory of one part; default 1. Where the loss is a mean over the batch, the numbers are the same up to
   * rounding.
   */
  microBatches?: number;
  /**
   * The workers that take the step together, each with an equal part of the batch: gradients and scalars are means over them, and so the
   * update is the same everywhere. The step must be recorded with this cluster.
   */
  cluster?: Cluster | undefined;
}

/**
 * One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update. A gradient that is not finite
 * changes no parameter.
 * @throws RangeError for microBatches that is no integer of at least 1, or, at a step, that does not divide its batch.
 * @returns A function of the objective's inputs and `learningRate`, a scalar; its results are the caller's to dispose of.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Adam, trainingStep } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.scalar(2));
 * const objective = ({ target }: { target: tf.Scalar }) => ({ loss: tf.squaredDifference(w, target) as tf.Scalar });
 * const step = trainingStep(objective, new Adam(new Map([['w', w]])));
 * const { loss, gradientNorm } = step({ target: tf.scalar(0), learningRate: tf.scalar(0.1) });
 * console.log(loss.dataSync()[0], gradientNorm.dataSync()[0], w.dataSync()[0]!.toFixed(2));
 * ```
 * ```text
 * 4 4 1.90
 * ```
 */
export function trainingStep<I extends Inputs, S extends Scalars>(
  objective: Objective<I, S>,
  optimiser: Optimiser,
  { microBatches = 1, cluster }: TrainingStepOptions = {},
): (inputs: StepInputs<I>) => StepScalars<S> {
  if (!(Number.isInteger(microBatches) && microBatches >= 1))
    throw new RangeError(`trainingStep: microBatches is ${microBatches}; expected an integer of at least 1.`);
  return (inputs) =>
    tf.tidy(() => {
      const { learningRate, stop, ...batch } = inputs;
      const own =
        microBatches === 1
          ? gradientsOf(objective, inputs, optimiser)
          : meanOf(
              partsOf(batch, microBatches).map((part) => () => gradientsOf(objective, part as unknown as I, optimiser)),
            );
      const { scalars, gradients } = cluster ? meanOverWorkers(own, cluster, stop!) : own;
      const gradientNorm = optimiser.applyGradients(gradients, learningRate);
      return { ...scalars, gradientNorm } as StepScalars<S>;
    });
}

interface Gradients {
  scalars: Record<string, tf.Scalar>;
  /** By tfjs's own names of the variables. */
  gradients: tf.NamedTensorMap;
}

function gradientsOf<I extends Inputs, S extends Scalars>(
  objective: Objective<I, S>,
  inputs: I,
  { variables }: Optimiser,
): Gradients {
  let reported: Record<string, Reported> = {};
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...others } = objective(inputs) as { loss: tf.Scalar } & Record<string, Reported>;
    reported = others;
    for (const scalar of Object.values(others)) if (isTensor(scalar)) tf.keep(scalar); // else it ends with the gradient's own scope
    return loss;
  }, variables);
  const scalars = Object.fromEntries(Object.entries(reported).map(([name, scalar]) => [name, valueOf(scalar)]));
  return { scalars: { loss: value, ...scalars }, gradients: grads };
}

/** Equal parts of a batch along its first axis. */
function partsOf(batch: Inputs, count: number): Inputs[] {
  const parts = Object.entries(batch).map(([name, tensor]) => {
    const size = tensor.shape[0] ?? 0;
    if (size % count !== 0)
      throw new RangeError(`trainingStep: a batch of ${size} (${name}) is not divided by microBatches, ${count}.`);
    return tf.split(tensor, count).map((part) => [name, part] as const);
  });
  return Array.from({ length: count }, (_, i) => Object.fromEntries(parts.map((one) => one[i]!)));
}

/** Of what each computes, one after the other, so that one part's activations are in memory at a time. */
function meanOf(parts: readonly (() => Gradients)[]): Gradients {
  const add = (x: tf.NamedTensorMap, y: tf.NamedTensorMap) =>
    Object.fromEntries(Object.entries(x).map(([name, value]) => [name, tf.add(value, y[name]!)]));
  const divided = (x: tf.NamedTensorMap) =>
    Object.fromEntries(Object.entries(x).map(([name, value]) => [name, tf.div(value, parts.length)]));
  const sum = parts.reduce<Gradients | undefined>(
    (total, part) =>
      tidied(() => {
        const { scalars, gradients } = part();
        if (!total) return { scalars, gradients };
        return {
          scalars: add(total.scalars, scalars) as Gradients['scalars'],
          gradients: add(total.gradients, gradients),
        };
      }),
    undefined,
  )!;
  return { scalars: divided(sum.scalars) as Gradients['scalars'], gradients: divided(sum.gradients) };
}

/** Scalars travel with the gradients: a message of their own would cost as much as one of 4 MB. */
function meanOverWorkers({ scalars, gradients }: Gradients, cluster: Cluster, stop: tf.Scalar): Gradients {
  const told: [string, tf.Tensor][] = Object.entries({ ...scalars, stop });
  const all = [...told, ...Object.entries(gradients)];
  const means = cluster.mean(all.map(([, tensor]) => tensor));
  const named = all.map(([name], i) => [name, means[i]!] as const);
  return {
    scalars: Object.fromEntries(named.slice(0, told.length)) as Gradients['scalars'],
    gradients: Object.fromEntries(named.slice(told.length)),
  };
}

const tidied = (compute: () => Gradients) =>
  tf.tidy(() => compute() as unknown as tf.TensorContainer) as unknown as Gradients;

const isTensor = (scalar: Reported): scalar is tf.Scalar => typeof scalar !== 'function';

/** As a tensor of the scope in which this is called. */
function valueOf(scalar: Reported): tf.Scalar {
  if (!isTensor(scalar)) return scalar();
  const value = tf.clone(scalar);
  scalar.dispose();
  return value;
}
