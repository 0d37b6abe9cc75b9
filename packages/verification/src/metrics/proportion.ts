// A measured proportion with its 95 % interval (Wilson 1927, JASA 22): the trials are taken as independent.

export interface Proportion {
  value: number;
  low: number;
  high: number;
}

const Z = 1.959963984540054; // Φ⁻¹(0.975)

/**
 * successes / trials with Wilson's 95 % interval (JASA 22, 1927, https://doi.org/10.2307/2276774).
 * @param successes 0 … trials.
 * @param trials At least 1; taken as independent.
 * @example
 * ```ts
 * import { proportion } from '@lin/verification';
 * const { value, low, high } = proportion(95, 100);
 * console.log(value, low.toFixed(3), high.toFixed(3));
 * ```
 * ```text
 * 0.95 0.888 0.978
 * ```
 */
export function proportion(successes: number, trials: number): Proportion {
  const value = successes / trials;
  const weight = 1 + Z ** 2 / trials;
  const centre = (value + Z ** 2 / (2 * trials)) / weight;
  const half = (Z / weight) * Math.sqrt((value * (1 - value)) / trials + (Z / (2 * trials)) ** 2);
  return { value, low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}
