// One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update.
import * as tf from '@tensorflow/tfjs-core';
import type { Inputs, Objective, Reported, Scalars } from './objective.js';
import type { Optimiser } from '../optimisers/optimiser.js';

export type StepInputs<I extends Inputs> = I & { learningRate: tf.Scalar };

/** The objective's scalars as they were before the update, and the gradient norm before clipping. */
export type StepScalars<S extends Scalars> = S & { gradientNorm: tf.Scalar };

/**
 * One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update. A gradient that is not finite
 * changes no parameter.
 * @returns A function of the objective's inputs and `learningRate`, a scalar; its results are the caller's to dispose of.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Adam, trainingStep } from '@lin/train';
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
): (inputs: StepInputs<I>) => StepScalars<S> {
  return (inputs) =>
    tf.tidy(() => {
      let reported: Record<string, Reported> = {};
      const { value, grads } = tf.variableGrads(() => {
        const { loss, ...others } = objective(inputs) as { loss: tf.Scalar } & Record<string, Reported>;
        reported = others;
        for (const scalar of Object.values(others)) if (isTensor(scalar)) tf.keep(scalar); // else it ends with the gradient's own scope
        return loss;
      }, optimiser.variables);
      const scalars = Object.fromEntries(Object.entries(reported).map(([name, scalar]) => [name, valueOf(scalar)]));
      const gradientNorm = optimiser.applyGradients(grads, inputs.learningRate);
      return { loss: value, ...scalars, gradientNorm } as StepScalars<S>;
    });
}

const isTensor = (scalar: Reported): scalar is tf.Scalar => typeof scalar !== 'function';

/** As a tensor of the scope in which this is called. */
function valueOf(scalar: Reported): tf.Scalar {
  if (!isTensor(scalar)) return scalar();
  const value = tf.clone(scalar);
  scalar.dispose();
  return value;
}
