// Numbers that options are: counts and seeds.

/**
 * Checks an option that counts something.
 * @param name What the error calls it.
 * @param value Of the option.
 * @param minimum The smallest value allowed; 1 unless given.
 * @throws RangeError unless `value` is an integer of at least `minimum`.
 * @example
 * ```ts
 * import { requireInteger } from '@lin/invertible';
 * requireInteger('numBlocks', 4);
 * try {
 *   requireInteger('numBlocks', 0.5);
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * numBlocks is 0.5: expected an integer of at least 1.
 * ```
 */
export function requireInteger(name: string, value: number, minimum = 1): void {
  if (Number.isInteger(value) && value >= minimum) return;
  throw new RangeError(`${name} is ${value}: expected an integer of at least ${minimum}.`);
}

/** @throws RangeError unless `seed` is an integer from 0 to 2⁵³ − 1: tfjs takes any number, and draws other values each time for some. */
export function requireSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new RangeError(`seed is ${seed}: expected a non-negative integer.`);
}
