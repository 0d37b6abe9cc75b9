// What every block here is: a bijection with parameters, that knows its shapes, its inverse, and how it changes volume.
import * as tf from '@tensorflow/tfjs-core';

/** Per-sample shape, without the batch. */
export type Shape = readonly number[];

/**
 * A bijection between tensors of `inputShape` and of `outputShape` (per sample; a batch comes first).
 * `applyWithLogDet` and `invertWithLogDet` also give the log-determinant of their own Jacobian, [B]; `apply` and `invert` are the same maps
 * without it,
 * which is what training a Linearizer needs and costs fewer passes.
 * A conditional bijection depends on a context too, one of `contextShape` for each sample, the same there and back; the others ignore it.
 */
export interface Invertible {
  /** Names the block in errors and reports: what a bundler leaves of a class's name would not. */
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Per-sample shape of the context; absent where the block takes no context. */
  readonly contextShape?: Shape | undefined;
  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor): { y: tf.Tensor; logDet: tf.Tensor1D };
  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor): { x: tf.Tensor; logDet: tf.Tensor1D };
  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor;
  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor;
  dispose(): void;
}

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
 * Says what is missing where something else is given for a block: an image flow, which has two outputs, or a tensor.
 * @throws ShapeError unless `block` has what compositions need of an `Invertible`.
 */
export function requireInvertible(operation: string, block: unknown): void {
  const { inputShape, outputShape, apply } = (block ?? {}) as Partial<Invertible>;
  if (Array.isArray(inputShape) && Array.isArray(outputShape) && typeof apply === 'function') return;
  const got = typeof block === 'object' && block ? block.constructor.name : String(block);
  throw new ShapeError(
    `${operation}: expected an Invertible, with inputShape, outputShape and apply, but got ${got}; of an image flow, take its scales.`,
  );
}

/**
 * Integers and booleans, such as pixels and one-hot labels, as float32: kernels would truncate what they compute of int32.
 * @throws TypeError for what holds no real numbers.
 */
export function asFloat(operation: string, x: tf.Tensor): tf.Tensor {
  if (x.dtype === 'float32') return x;
  if (x.dtype === 'int32' || x.dtype === 'bool') return tf.cast(x, 'float32');
  throw new TypeError(`${operation}: expected numbers (float32, int32 or bool), but got ${x.dtype}.`);
}

/** @throws ShapeError where a context is needed, unless `context` has one of `shape` for each sample of `x`. */
export function requireContext(
  operation: string,
  x: tf.Tensor,
  context: tf.Tensor | undefined,
  shape: Shape | undefined,
): void {
  if (!shape) return;
  const expected = [x.shape[0]!, ...shape];
  if (context && String(context.shape) === String(expected)) return;
  const got = context ? `[${context.shape.join(', ')}]` : 'none';
  throw new ShapeError(`${operation}: expected a context of shape [${expected.join(', ')}], but got ${got}.`);
}

/**
 * The one context shape of blocks that share a context; undefined where no block takes one.
 * @throws ShapeError where they want contexts of different shapes.
 */
export function sharedContextShape(operation: string, blocks: readonly Invertible[]): Shape | undefined {
  const conditional = blocks.filter(({ contextShape }) => contextShape);
  const [first] = conditional;
  for (const { name, contextShape } of conditional) {
    if (String(contextShape) === String(first!.contextShape)) continue;
    throw new ShapeError(
      `${operation}: ${first!.name} takes a context of [${first!.contextShape!.join(', ')}], but ${name} one of [${contextShape!.join(', ')}].`,
    );
  }
  return first?.contextShape;
}

/**
 * Checks an option that counts something.
 * @param name What the error calls it.
 * @param value Of the option.
 * @param minimum The smallest value allowed; 1 unless given.
 * @throws RangeError unless `value` is an integer of at least `minimum`.
 * @example
 * ```ts
 * import { requireInteger } from '@lin/invertible';
 * requireInteger('numBlocks', 4);
 * try {
 *   requireInteger('numBlocks', 0.5);
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * numBlocks is 0.5: expected an integer of at least 1.
 * ```
 */
export function requireInteger(name: string, value: number, minimum = 1): void {
  if (Number.isInteger(value) && value >= minimum) return;
  throw new RangeError(`${name} is ${value}: expected an integer of at least ${minimum}.`);
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
  if (shape.every((size) => Number.isInteger(size) && size > 0)) return;
  throw new ShapeError(`${operation}: shape [${shape.join(', ')}] must consist of positive integers.`);
}

/** Every sample as one row: [B, …] → [B, n], of an empty batch too. */
export function rowsOf(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Σ over all axes but the batch, [B]: what the log-determinant of an element-wise map is. */
export function sumPerSample(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(
    x,
    Array.from({ length: x.rank - 1 }, (_, i) => i + 1),
  );
}
