// What every block here is: a bijection with parameters, that knows its shapes, its inverse, and how it changes volume.
import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError, type Shape } from './shapes.js';

/**
 * A bijection between tensors of `inputShape` and of `outputShape` (per sample; a batch comes first). `applyWithLogDet` and
 * `invertWithLogDet` also give the log-determinant of their own Jacobian, [B]; `apply` and `invert` are the same maps without it, which is
 * what training a Linearizer needs and costs fewer passes. A conditional bijection depends on a context too, one of `contextShape` for each
 * sample, the same there and back; the others ignore it.
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
