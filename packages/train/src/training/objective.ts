// What a training step minimises: a function from a batch's tensors to a loss, and to whatever else is to be reported of it.
import type * as tf from '@tensorflow/tfjs-core';

/** A batch as tensors, by name. */
export type Inputs = Record<string, tf.Tensor>;

/** The loss, which is minimised, and any other scalars, which are reported by name beside it. */
export type Scalars = Record<string, tf.Scalar> & { loss: tf.Scalar };

/** A scalar beside the loss, or the function that computes it after the gradients, outside their tape, of tensors that it kept. */
export type Reported = tf.Scalar | (() => tf.Scalar);

/**
 * Tensors of a batch to the scalars of a step. The loss must be made of differentiable tfjs operations of variables; whatever shapes the
 * inputs have is between it and whoever makes them. Names `gradientNorm` (of scalars) and `learningRate` (of inputs) are taken by the step.
 */
export type Objective<I extends Inputs = Inputs, S extends Scalars = Scalars> = (inputs: I) => {
  [name in keyof S]: name extends 'loss' ? S[name] : S[name] | (() => S[name]);
};
