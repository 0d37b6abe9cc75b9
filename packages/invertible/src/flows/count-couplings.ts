// How many couplings a composition is made of: what the bound of log-scales is chosen by.
import { Coupling } from '../couplings/coupling.js';
import type { Invertible } from '../bijection/invertible.js';

/**
 * Couplings of a layer, and of the layers that it consists of: what the bound of log-scales, min(1, 4/K), is chosen by.
 * @param layer A block, or a chain of them.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { countCouplings, realNVP } from '@lin/invertible';
 * console.log(countCouplings(realNVP({ dim: 2, numBlocks: 5, hiddenDim: 4 })));
 * ```
 * ```text
 * 5
 * ```
 */
export function countCouplings(layer: Invertible): number {
  if ('layers' in layer) return (layer.layers as Invertible[]).reduce((sum, child) => sum + countCouplings(child), 0);
  return Number(layer instanceof Coupling);
}
