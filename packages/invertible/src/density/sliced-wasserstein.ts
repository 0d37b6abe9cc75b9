// The sliced Wasserstein distance (Bonneel, Rabin, Peyré & Pfister 2015, https://doi.org/10.1007/s10851-014-0506-3): how far two sets of
// samples are from each other, seen along random directions, on each of which the cheapest transport is that of sorted values.
import * as tf from '@tensorflow/tfjs-core';
import { requireInteger, requireSeed } from '../parameters/options.js';
import { nonZeroSeed } from '../parameters/initializers.js';
import { ShapeError } from '../bijection/shapes.js';

export interface SlicedWassersteinOptions {
  /** How many directions; default 100. */
  projections?: number;
  /** Of the directions. */
  seed?: number;
}

/**
 * The sliced 2-Wasserstein distance of two sets of samples: the root of the mean squared transport along random unit directions. 0 where
 * the sets are the same; of samples of one distribution it falls with their number, so that a distance is to be held against that.
 * @param x Samples, [N, …].
 * @param y The same number of samples of the same shape.
 * @throws ShapeError for sets of different shapes, or without samples.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { slicedWasserstein } from '@lin/invertible';
 * const x = tf.tensor2d([[0], [1], [2]]);
 * console.log(await slicedWasserstein(x, tf.tensor2d([[5], [4], [3]]))); // each has to go 3 up, in whatever order
 * ```
 * ```text
 * 3
 * ```
 */
export async function slicedWasserstein(
  x: tf.Tensor,
  y: tf.Tensor,
  { projections = 100, seed = 0 }: SlicedWassersteinOptions = {},
): Promise<number> {
  requireInteger('projections', projections);
  requireSeed(seed);
  if (String(x.shape) !== String(y.shape) || x.rank < 2 || x.size === 0) {
    throw new ShapeError(
      `slicedWasserstein: x is [${x.shape.join(', ')}] and y [${y.shape.join(', ')}]; expected [N, …], the same of both.`,
    );
  }
  const count = x.shape[0]!;
  const projected = tf.tidy(() => {
    const [dim] = [x.size / count];
    const random = tf.randomNormal<tf.Rank.R2>([projections, dim], 0, 1, 'float32', nonZeroSeed(seed));
    const directions = tf.div(random, tf.norm(random, 'euclidean', 1, true)); // [P, D]
    return [x, y].map((samples) => tf.matMul(directions, tf.reshape(samples, [count, dim]), false, true)); // [P, N]
  });
  const [along, across] = await Promise.all(projected.map((values) => values.data()));
  tf.dispose(projected);
  let sum = 0;
  for (let from = 0; from < projections * count; from += count) {
    const [a, b] = [along!, across!].map((values) => Float64Array.from(values.subarray(from, from + count)).sort());
    for (let i = 0; i < count; i++) sum += (a![i]! - b![i]!) ** 2;
  }
  return Math.sqrt(sum / (projections * count));
}
