// How well a score separates two groups: the probability that one of the first scores higher than one of the second, ties counting half
// (Mann & Whitney 1947); 0.5 is chance.

/** NaN where a group is empty. */
export function areaUnderCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const sorted = Float64Array.from(negatives).sort();
  let wins = 0;
  for (let i = 0; i < positives.length; i++)
    wins += (firstAbove(sorted, positives[i]!, false) + firstAbove(sorted, positives[i]!, true)) / 2;
  return wins / (positives.length * negatives.length);
}

/** How many of the sorted values are below `value`, or at most it. */
function firstAbove(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
