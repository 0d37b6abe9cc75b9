// A flow of vectors: K affine couplings of the second half and the first in turn, and a permutation before every pair (Dinh et al. 2017,
// RealNVP). None between the two of a pair: a coordinate that passed the first would by chance pass the second too, one in 16 all of K = 4.
import type * as tf from '@tensorflow/tfjs-core';
import { Mlp } from '../conditioners/mlp.js';
import { SeedSequence } from '../initializers.js';
import { requireInteger, type Invertible, type Shape } from '../invertible.js';
import { AffineCoupling } from '../couplings/affine-coupling.js';
import { Chain } from '../layers/chain.js';
import { Permutation } from '../linear/permutation.js';

export interface VectorFlowOptions {
  dim: number;
  /** K, coupling blocks. */
  numBlocks?: number;
  /** Width of the conditioners' hidden layers. */
  hiddenDim?: number;
  /** Linear layers of each conditioner, at least 2. */
  numLayers?: number;
  /** Bound of each coupling's log-scale; the default, min(1, 4/K), bounds the gain of the whole flow by exp(4) from scales alone. */
  maxLogScale?: number;
  seed?: number;
}

export class VectorFlow implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly numBlocks: number;
  readonly blocks: Chain;

  constructor({
    dim,
    numBlocks = 4,
    hiddenDim = 1024,
    numLayers = 3,
    maxLogScale = defaultMaxLogScale(numBlocks),
    seed = 0,
  }: VectorFlowOptions) {
    requireInteger('dim', dim, 2);
    requireInteger('numBlocks', numBlocks);
    const seeds = new SeedSequence(seed);
    const shape = [dim];
    this.inputShape = this.outputShape = shape;
    this.numBlocks = numBlocks;
    this.blocks = new Chain(
      Array.from({ length: numBlocks }, (_, block) => {
        const opensPair = block % 2 === 0;
        const permutation = opensPair ? [new Permutation({ shape, seed: seeds.take() })] : [];
        const coupling = new AffineCoupling({
          shape,
          transforms: opensPair ? 'second' : 'first',
          maxLogScale,
          conditioner: (inputSize, outputSize) =>
            new Mlp({ inputSize, outputSize, hiddenSize: hiddenDim, numLayers, seed: seeds.take() }),
        });
        return [...permutation, coupling];
      }).flat(),
    );
  }

  apply(x: tf.Tensor): tf.Tensor {
    return this.blocks.apply(x);
  }

  invert(y: tf.Tensor): tf.Tensor {
    return this.blocks.invert(y);
  }

  forward(x: tf.Tensor) {
    return this.blocks.forward(x);
  }

  inverse(y: tf.Tensor) {
    return this.blocks.inverse(y);
  }

  dispose(): void {
    this.blocks.dispose();
  }
}

/** c = min(1, 4/K): see the numerics page of the docs. */
export function defaultMaxLogScale(numBlocks: number): number {
  return Math.min(1, 4 / numBlocks);
}
