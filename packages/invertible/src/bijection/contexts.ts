// Contexts of conditional blocks: the one that a batch comes with, and the one shape that blocks share.
import type * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from './invertible.js';
import { ShapeError, type Shape } from './shapes.js';

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
export function sharedContextShape(
  operation: string,
  blocks: readonly Pick<Invertible, 'name' | 'contextShape'>[],
): Shape | undefined {
  const conditional = blocks.filter(({ contextShape }) => contextShape);
  const [first] = conditional;
  for (const { name, contextShape } of conditional) {
    if (String(contextShape) === String(first!.contextShape)) continue;
    throw new ShapeError(
      `${operation}: ${first!.name} takes a context of [${first!.contextShape!.join(', ')}], ` +
        `but ${name} one of [${contextShape!.join(', ')}].`,
    );
  }
  return first?.contextShape;
}
