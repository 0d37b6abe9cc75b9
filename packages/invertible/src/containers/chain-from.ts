// Chains put together without computing a shape: each block is made for the shape that the one before it gives.
import type { Invertible } from '../bijection/invertible.js';
import type { Shape } from '../bijection/shapes.js';
import { Chain } from './chain.js';

/** Makes a block for inputs of `shape` (per sample). */
export type BlockMaker = (shape: Shape) => Invertible;

/**
 * A chain put together without computing a shape: each block is made for the shape that the one before it gives.
 * @param shape Per-sample shape of the chain's input.
 * @param makers Of the blocks, first to last.
 * @throws ShapeError where there is no maker, or where a block does not take the shape that it was made for.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { chainFrom, Flatten, Reverse, Squeeze } from '@lin/invertible';
 * const flow = chainFrom(
 *   [4, 4, 3],
 *   (shape) => new Squeeze({ shape }),
 *   (shape) => new Reverse({ shape }),
 *   (shape) => new Flatten({ shape }),
 * );
 * console.log(flow.inputShape, flow.outputShape);
 * ```
 * ```text
 * [ 4, 4, 3 ] [ 48 ]
 * ```
 */
export function chainFrom(shape: Shape, ...makers: readonly BlockMaker[]): Chain {
  const blocks: Invertible[] = [];
  for (const make of makers) blocks.push(make(blocks.at(-1)?.outputShape ?? shape));
  return new Chain(blocks);
}
