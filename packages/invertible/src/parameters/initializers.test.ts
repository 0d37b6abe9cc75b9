import { describe, expect, test } from 'vitest';
import { useBackend } from '../../test/backends.js';
import { normalVariable, SeedSequence, seededPermutation } from './initializers.js';

const take = (seeds: SeedSequence, count: number) => Array.from({ length: count }, () => seeds.take());

describe('a stream of seeds', () => {
  test('is the same for the same seed, and of unsigned 32-bit integers', () => {
    expect(take(new SeedSequence(7), 5)).toEqual(take(new SeedSequence(7), 5));
    for (const seed of take(new SeedSequence(0), 1000)) expect(seed).toBe(seed >>> 0);
  });

  test('meets neither the streams of neighbouring seeds nor those started from its own seeds', () => {
    const parent = new SeedSequence(0);
    const streams = [take(parent, 20), ...[1, 2, 3].map((seed) => take(new SeedSequence(seed), 20))];
    const children = take(new SeedSequence(0), 20).map((seed) => take(new SeedSequence(seed), 20));
    const all = [...streams, ...children].flat();
    // Among 480 numbers of 32 bits a chance meeting has a probability of 3e-5.
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('initial values', () => {
  useBackend('cpu');

  const values = (seed: number, shape = [3]) => {
    const variable = normalVariable(shape, 2, seed);
    const drawn = [...variable.dataSync()];
    variable.dispose();
    return drawn;
  };

  test.each([0, 1, 123_456_789, 4_294_967_295])('are the same for the same seed: %d', (seed) => {
    expect(values(seed)).toEqual(values(seed));
    expect(values(seed)).not.toEqual(values(seed + 1));
    expect(seededPermutation(20, seed)).toEqual(seededPermutation(20, seed));
  });

  test('have mean 0 and the standard deviation asked for', () => {
    const drawn = values(1, [20_000]);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(5 * (2 / Math.sqrt(20_000))); // five standard errors
    expect(Math.abs(Math.sqrt(variance) - 2)).toBeLessThan(5 * (2 / Math.sqrt(40_000)));
  });

  test('of permutations take every order alike often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const order = seededPermutation(3, seed).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt(200)); // five standard deviations
  });
});
