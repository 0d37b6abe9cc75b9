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

export interface Distribution {
  /** Per-sample shape. */
  readonly shape: Shape;
  /** Natural logarithm of the density at each sample, [B], in nats. @throws ShapeError for samples of another shape. */
  logProb(z: tf.Tensor): tf.Tensor1D;
  /** [count, …shape]. @throws RangeError for a count or seed that is not a non-negative integer. */
  sample(options: SampleOptions): tf.Tensor;
}

/** @throws RangeError for a count or seed that is not a non-negative integer. */
export function requireSampleOptions({ count, seed }: SampleOptions): void {
  requireInteger('count', count, 0);
  requireSeed(seed);
}
