// The optimisers that a configuration can name. Another one is a file of its own, and a line here.
import type * as tf from '@tensorflow/tfjs-core';
import { Adam } from './adam.js';
import { AdamW } from './adamw.js';
import { Lion } from './lion.js';
import { Muon } from './muon.js';
import type { Optimiser } from './optimiser.js';
import { Sgd } from './sgd.js';

/** By name, for a configuration: `new OPTIMISERS[name](parameters, options)`. */
export const OPTIMISERS = {
  adam: Adam,
  adamw: AdamW,
  sgd: Sgd,
  lion: Lion,
  muon: Muon,
} as const satisfies Record<string, new (parameters: ReadonlyMap<string, tf.Variable>) => Optimiser>;

export type OptimiserName = keyof typeof OPTIMISERS;
