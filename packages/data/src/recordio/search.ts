// Binary search in ascending numbers.

/** The first position in ascending `values` whose value is at least `value`; `values.length` where there is none. */
export function lowerBound(values: ArrayLike<number>, value: number): number {
  return countBelow(value, values.length, (i) => values[i]!);
}

/** Position of `value` in ascending `values`, or −1. */
export function binarySearch(values: ArrayLike<number>, value: number): number {
  const position = lowerBound(values, value);
  return values[position] === value ? position : -1;
}

/** How many of `count` ascending values are below `value`. */
export function countBelow(value: number, count: number, valueAt: (i: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
