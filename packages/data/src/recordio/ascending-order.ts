// Sorting by radix (LSD, 16 bits a pass): millions of rows in typed arrays, nothing boxed, the same time for any input.

const DIGITS = 2 ** 16;

/** The indices of `count` whole numbers from 0 to 2⁵³ in ascending order of their values; equal ones keep their order. */
export function ascendingOrder(count: number, valueAt: (i: number) => number): Uint32Array {
  let order = Uint32Array.from({ length: count }, (_, i) => i);
  let sorted = new Uint32Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, valueAt(i));
  for (let scale = 1; scale <= largest; scale *= DIGITS) {
    const digit = (value: number) => Math.floor(value / scale) % DIGITS;
    const starts = new Uint32Array(DIGITS + 1);
    for (let i = 0; i < count; i++) starts[digit(valueAt(i)) + 1]!++;
    for (let d = 0; d < DIGITS; d++) starts[d + 1]! += starts[d]!;
    for (const i of order) sorted[starts[digit(valueAt(i))]!++] = i;
    [order, sorted] = [sorted, order];
  }
  return order;
}
