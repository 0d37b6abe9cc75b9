// How many couplings a composition is made of: what the bound of log-scales is chosen by.
import { Coupling } from '../couplings/coupling.js';
import type { Invertible } from '../bijection/invertible.js';

/** Couplings of a layer, and of the layers that it consists of. */
export function countCouplings(layer: Invertible): number {
  if ('layers' in layer) return (layer.layers as Invertible[]).reduce((sum, child) => sum + countCouplings(child), 0);
  return Number(layer instanceof Coupling);
}
