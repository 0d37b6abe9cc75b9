// Per-sample shapes, and what is asked of them.
import type * as tf from '@tensorflow/tfjs-core';

/** Per-sample shape, without the batch. */
export type Shape = readonly number[];

/** A tensor or a composition whose shapes do not fit; the message shows both. */
export class ShapeError extends Error {
  override name = 'ShapeError';
  readonly fault = 'input';
}

/**
 * Checks the batch that a block is given.
 * @param operation What the error calls the block.
 * @param x A batch, [B, …].
 * @param shape Of a sample.
 * @throws ShapeError unless `x` is a batch of samples of `shape`; the message shows both.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { requireShape } from '@lin/invertible';
 * requireShape('MyBlock', tf.zeros([8, 2]), [2]);
 * try {
 *   requireShape('MyBlock', tf.zeros([8, 3]), [2]);
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * MyBlock: expected a batch of shape [B, 2], but got [8, 3].
 * ```
 */
export function requireShape(operation: string, x: tf.Tensor, shape: Shape): void {
  const sample = x.shape.slice(1);
  if (x.rank === shape.length + 1 && sample.every((size, i) => size === shape[i])) return;
  throw new ShapeError(
    `${operation}: expected a batch of shape [B, ${shape.join(', ')}], but got [${x.shape.join(', ')}].`,
  );
}

/**
 * The channels of a per-sample shape: its last axis, which couplings, scales and permutations work along.
 * @throws ShapeError unless `shape` is of positive integers, at least `minimum` of them channels.
 */
export function channelsOf(operation: string, shape: Shape, minimum = 1): number {
  requireSizes(operation, shape);
  const channels = shape.at(-1);
  if (channels !== undefined && channels >= minimum) return channels;
  throw new ShapeError(
    `${operation}: shape [${shape.join(', ')}] must end in at least ${minimum} channel${minimum === 1 ? '' : 's'}.`,
  );
}

/**
 * Checks a per-sample shape that a block is made for.
 * @param operation What the error calls the block.
 * @param shape Of a sample.
 * @throws ShapeError unless every size is a positive integer.
 * @example
 * ```ts
 * import { requireSizes } from '@lin/invertible';
 * requireSizes('MyBlock', [4, 4, 3]);
 * try {
 *   requireSizes('MyBlock', [4, 0]);
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * MyBlock: shape [4, 0] must consist of positive integers.
 * ```
 */
export function requireSizes(operation: string, shape: Shape): void {
  if (!Array.isArray(shape))
    throw new ShapeError(`${operation}: the shape is ${String(shape)}; expected a list of sizes.`);
  if (shape.every((size) => Number.isInteger(size) && size > 0)) return;
  throw new ShapeError(`${operation}: shape [${shape.join(', ')}] must consist of positive integers.`);
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
