// The losses that a configuration can name. Another one is a file of its own, and a line here.
import { cosineLoss } from './cosine.js';
import type { EmbeddingLoss } from './embedding-loss.js';
import { huberLoss } from './huber.js';
import { relationalLoss } from './relational.js';
import { unitMeanSquaredError } from './unit-mse.js';

/** By name, for a configuration; each is between predictions and unit targets, both [B, d]. */
export const LOSSES = {
  'unit-mse': unitMeanSquaredError,
  cosine: cosineLoss,
  huber: huberLoss,
  relational: relationalLoss,
} as const satisfies Record<string, EmbeddingLoss>;

export type LossName = keyof typeof LOSSES;
