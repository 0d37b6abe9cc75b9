// Pairs of images of people that a run has never seen, so that it says how well it tells them apart, also where no verification pack is at
// hand.
import { drawPairs, mostPairsPerFold, type ImagePair } from '@lin/data';
import type { Dataset } from '../prepare/dataset.js';

/** Of the protocol, which takes pairs in order. */
const FOLDS = 10;
/** LFW's number. */
const PAIRS_OF_A_KIND = 3000;

/** Of the test images. */
export function heldOutPairs({ records, split }: Pick<Dataset, 'records' | 'split'>, seed: number): ImagePair[] {
  return balancedPairs({ keys: split.test, labels: records.labelsOf(split.test) }, seed);
}

/**
 * Up to 6,000 pairs, half of one person and half of two, in ten folds that share nobody; where the identities are fewer than two for each
 * fold, in folds that do. Empty where a fold would have no pair of a kind.
 */
export function balancedPairs(images: { keys: Float64Array; labels: Int32Array }, seed: number): ImagePair[] {
  const apart = mostPairsPerFold(images, { folds: FOLDS, seed });
  if (apart > 0)
    return drawPairs(images, { folds: FOLDS, pairsPerFold: Math.min(PAIRS_OF_A_KIND / FOLDS, apart), seed });
  const together = Math.min(PAIRS_OF_A_KIND, mostPairsPerFold(images, { folds: 1, seed }));
  if (together < FOLDS) return [];
  const drawn = drawPairs(images, { folds: 1, pairsPerFold: together, seed });
  return Array.from({ length: together }, (_, i) => [drawn[i]!, drawn[together + i]!]).flat(); // in turn, so that every fold has both kinds
}
