// Chains put together without computing a shape: each block is made for the shape that the one before it gives.
import type { Invertible, Shape } from '../bijection/invertible.js';
import { Chain } from './chain.js';

/** Makes a block for inputs of `shape` (per sample). */
export type BlockMaker = (shape: Shape) => Invertible;

/** @throws ShapeError where there is no maker, or where a block does not take the shape that it was made for. */
export function chainFrom(shape: Shape, ...makers: readonly BlockMaker[]): Chain {
  const blocks: Invertible[] = [];
  for (const make of makers) blocks.push(make(blocks.at(-1)?.outputShape ?? shape));
  return new Chain(blocks);
}
