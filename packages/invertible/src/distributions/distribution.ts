// What a flow maps data to: a distribution whose density is known and that is easy to draw from.
import type * as tf from '@tensorflow/tfjs-core';
import { requireInteger } from '../parameters/options.js';
import type { Shape } from '../bijection/shapes.js';
import { requireSeed } from '../parameters/options.js';

export interface SampleOptions {
  /** How many. */
  count: number;
  /** A non-negative integer; the same seed gives the same samples on every backend. */
  seed: number;
}

export interface ConditionalSampleOptions extends SampleOptions {
  /** [count, …contextShape], where the distribution takes one. */
  context?: tf.Tensor | undefined;
}

/** What a flow maps data to. Where it has variables, they are found below it, and trained with the flow. */
export interface Distribution {
  /** Per-sample shape. */
  readonly shape: Shape;
  /** Per-sample shape of the context; absent where the distribution takes no context. */
  readonly contextShape?: Shape | undefined;
  /** Natural logarithm of the density at each sample, [B], in nats. @throws ShapeError for samples of another shape. */
  logProb(z: tf.Tensor, context?: tf.Tensor): tf.Tensor1D;
  /** [count, …shape]. @throws RangeError for a count or seed that is not a non-negative integer. */
  sample(options: ConditionalSampleOptions): tf.Tensor;
  /** Frees the variables, where there are any. */
  dispose?(): void;
}

/** @throws RangeError for a count or seed that is not a non-negative integer. */
export function requireSampleOptions({ count, seed }: SampleOptions): void {
  requireInteger('count', count, 0);
  requireSeed(seed);
}
