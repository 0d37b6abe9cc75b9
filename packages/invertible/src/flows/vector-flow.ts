// A flow of vectors as g_x and g_y use it: K affine couplings in pairs (Dinh et al. 2017, RealNVP), with the sizes of the authors'
// notebook.
import type * as tf from '@tensorflow/tfjs-core';
import { AffineCoupling } from '../couplings/affine-coupling.js';
import { SeedSequence } from '../parameters/initializers.js';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import type { Invertible } from '../bijection/invertible.js';
import { Chain } from '../containers/chain.js';
import { couplingPairs } from './coupling-pairs.js';

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
  /** Length of the context that every method then needs. */
  contextDim?: number;
  seed?: number;
}

/**
 * A flow of vectors as g_x and g_y use it: K affine couplings in pairs (Dinh et al. 2017, RealNVP, arXiv 1605.08803), a permutation
 * before each pair; [B, dim] both ways. New, it permutes its input.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { VectorFlow } from '@lin/invertible';
 * const flow = new VectorFlow({ dim: 4, numBlocks: 2, hiddenDim: 8, seed: 1 });
 * const x = tf.tensor2d([[1, 2, 3, 4]]);
 * flow.invert(flow.apply(x)).print();
 * console.log(flow.layers.map(({ name }) => name));
 * ```
 * ```text
 * Tensor
 *      [[1, 2, 3, 4],]
 * [ 'Permutation', 'AffineCoupling', 'AffineCoupling' ]
 * ```
 */
export class VectorFlow extends CheckedBijection {
  readonly numBlocks: number;
  readonly blocks: Chain;

  /** @throws RangeError for an option out of range. */
  constructor({
    dim,
    numBlocks = 4,
    hiddenDim = 1024,
    numLayers = 3,
    maxLogScale = defaultMaxLogScale(numBlocks),
    contextDim,
    seed = 0,
  }: VectorFlowOptions) {
    const blocks = new Chain(
      couplingPairs({
        dim,
        numBlocks,
        hiddenDim,
        numLayers,
        contextDim,
        seeds: new SeedSequence(seed),
        coupling: (options) => new AffineCoupling({ ...options, maxLogScale }),
      }),
    );
    super('VectorFlow', { inputShape: [dim], contextShape: blocks.contextShape });
    this.numBlocks = numBlocks;
    this.blocks = blocks;
  }

  /** Permutations and couplings, first to last. */
  get layers(): readonly Invertible[] {
    return this.blocks.layers;
  }

  protected forwards(x: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return through(this.blocks, x);
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return through(this.blocks, y);
  }

  override dispose(): void {
    this.blocks.dispose();
  }
}

/** c = min(1, 4/K): see the numerics page of the docs. */
export function defaultMaxLogScale(numBlocks: number): number {
  return Math.min(1, 4 / numBlocks);
}
