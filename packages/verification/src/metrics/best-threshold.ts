// The threshold that classifies most pairs rightly: fitted to the pairs it is measured on, so its accuracy is an upper bound.
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

export interface BestThreshold {
  /** Accept scores ≥ threshold; the strictest of equally good ones. Infinity where accepting none is best. */
  threshold: number;
  accuracy: number;
}

export function bestThreshold(sorted: SortedScores): BestThreshold {
  const { genuine, impostor } = sorted;
  let best = { threshold: Infinity, right: -1 };
  forEachThreshold(sorted, (threshold, trueMatches, falseMatches) => {
    const right = trueMatches + impostor.length - falseMatches;
    if (right > best.right) best = { threshold, right };
  });
  return { threshold: best.threshold, accuracy: best.right / (genuine.length + impostor.length) };
}
