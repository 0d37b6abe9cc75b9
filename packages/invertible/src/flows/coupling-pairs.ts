// The order of couplings in flows of vectors: second half and first in turn, with a permutation before every pair. None between the two of
// a pair: a coordinate that passed the first would by chance pass the second too, one in 16 all of K = 4.
import { Mlp } from '../conditioners/mlp.js';
import { vectorContext } from '../transforms/context.js';
import type { CouplingOptions } from '../couplings/coupling.js';
import type { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import type { Invertible } from '../bijection/invertible.js';
import { Permutation } from '../rearrange/permutation.js';

export interface CouplingPairsOptions {
  dim: number;
  /** K, couplings. */
  numBlocks: number;
  /** Width of the conditioners' hidden layers. */
  hiddenDim: number;
  /** Linear layers of each conditioner, at least 2. */
  numLayers: number;
  /** Length of the context; absent where the flow takes no context. */
  contextDim?: number | undefined;
  seeds: SeedSequence;
  /** Makes one coupling with what all of them share. */
  coupling: (
    options: Omit<CouplingOptions, 'transform' | 'transforms'> & { transforms: 'first' | 'second' },
  ) => Invertible;
}

/** @throws RangeError for an option out of range. */
export function couplingPairs({
  dim,
  numBlocks,
  hiddenDim,
  numLayers,
  contextDim,
  seeds,
  coupling,
}: CouplingPairsOptions): Invertible[] {
  requireInteger('dim', dim, 2);
  requireInteger('numBlocks', numBlocks);
  const shape = [dim];
  const contextShape = vectorContext(contextDim);
  return Array.from({ length: numBlocks }, (_, block) => {
    const opensPair = block % 2 === 0;
    const permutation = opensPair ? [new Permutation({ shape, seed: seeds.take() })] : [];
    return [
      ...permutation,
      coupling({
        shape,
        transforms: opensPair ? 'second' : 'first',
        contextShape,
        conditioner: (inputDim, outputDim) =>
          new Mlp({ inputDim, outputDim, hiddenDim, numLayers, seed: seeds.take() }),
      }),
    ];
  }).flat();
}
