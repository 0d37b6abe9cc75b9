// The area under the ROC curve as the Mann–Whitney statistic (Hanley and McNeil 1982, Radiology 143).
import { forEachThreshold, type SortedScores } from './sorted-scores.js';

/** The probability that a pair of one person scores higher than one of two persons, a tie counting ½. Exact: whole numbers up to the division. */
export function areaUnderCurve(sorted: SortedScores): number {
  let [doubledWins, lastTrue, lastFalse] = [0, 0, 0];
  forEachThreshold(sorted, (_, trueMatches, falseMatches) => {
    doubledWins += (falseMatches - lastFalse) * (trueMatches + lastTrue);
    [lastTrue, lastFalse] = [trueMatches, falseMatches];
  });
  return doubledWins / (2 * sorted.genuine.length * sorted.impostor.length);
}
