// Arithmetic on vectors that lie in memory one number after the other.

/**
 * √Σ x², without overflow or underflow on the way.
 * @example
 * ```ts
 * import { norm } from '@lin/operator/linear-algebra';
 * console.log(norm(Float64Array.of(3, 4)), norm(Float64Array.of(3e200, 4e200)).toPrecision(6));
 * ```
 * ```text
 * 5 5.00000e+200
 * ```
 */
export function norm(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0) return 0;
  sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/**
 * x · y, in four sums: an addition need not wait for the one before it, and errors grow a fourth as fast.
 * @example
 * ```ts
 * import { dot } from '@lin/operator/linear-algebra';
 * console.log(dot(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)));
 * ```
 * ```text
 * 32
 * ```
 */
export function dot(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += x[i]! * y[i]!;
    s1 += x[i + 1]! * y[i + 1]!;
    s2 += x[i + 2]! * y[i + 2]!;
    s3 += x[i + 3]! * y[i + 3]!;
  }
  for (; i < n; i++) s0 += x[i]! * y[i]!;
  return s0 + s1 + (s2 + s3);
}

/**
 * x · y in one sum, from the first product to the last: to the last digit what a plain loop gives, where `dot` rounds in another order.
 * @param x As long as y.
 * @example
 * ```ts
 * import { dotInOrder } from '@lin/operator/linear-algebra';
 * console.log(dotInOrder(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)));
 * ```
 * ```text
 * 32
 * ```
 */
export function dotInOrder(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** y ← y + factor · x */
export function addMultiple(factor: number, x: Float64Array, y: Float64Array): void {
  const n = x.length;
  for (let i = 0; i < n; i++) y[i] = y[i]! + factor * x[i]!;
}

/** (x, y) ← (c x − s y, s x + c y) */
export function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  const n = x.length;
  for (let k = 0; k < n; k++) {
    const xk = x[k]!;
    const yk = y[k]!;
    x[k] = c * xk - s * yk;
    y[k] = s * xk + c * yk;
  }
}

/** Lengths below this have few digits; a power of two lifts them. */
export const TINY = 1e-290;
export const LIFT = 2 ** 700;

/** (x, y) with length one; not both zero. */
export function direction(x: number, y: number): [number, number] {
  const length = Math.hypot(x, y);
  return length < TINY ? direction(x * LIFT, y * LIFT) : [x / length, y / length];
}
