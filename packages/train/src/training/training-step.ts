// One training step as a function of tensors, so that it can be recorded: forward, loss, gradients, update.
import * as tf from '@tensorflow/tfjs-core';
import type { Inputs, Objective, Scalars } from './objective.js';
import type { Optimiser } from '../optimisers/optimiser.js';

export type StepInputs<I extends Inputs> = I & { learningRate: tf.Scalar };

/** The objective's scalars as they were before the update, and the gradient norm before clipping. */
export type StepScalars<S extends Scalars> = S & { gradientNorm: tf.Scalar };

/** The step of `objective` under `optimiser`. A gradient that is not finite changes no parameter. */
export function trainingStep<I extends Inputs, S extends Scalars>(
  objective: Objective<I, S>,
  optimiser: Optimiser,
): (inputs: StepInputs<I>) => StepScalars<S> {
  return (inputs) =>
    tf.tidy(() => {
      let kept: Record<string, tf.Scalar> = {};
      const { value, grads } = tf.variableGrads(() => {
        const { loss, ...others } = objective(inputs);
        kept = mapped(others, (scalar) => tf.keep(scalar)); // else they end with the gradient's own scope
        return loss;
      }, optimiser.variables);
      const scalars = mapped(kept, (scalar) => tf.clone(scalar));
      tf.dispose(kept);
      const gradientNorm = optimiser.applyGradients(grads, inputs.learningRate);
      return { loss: value, ...scalars, gradientNorm } as StepScalars<S>;
    });
}

const mapped = (tensors: Record<string, tf.Scalar>, use: (tensor: tf.Scalar) => tf.Scalar) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, use(tensor)]));
