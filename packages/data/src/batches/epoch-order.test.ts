import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK, epochOrder as epochOrderAndChunks, type Shuffle } from './epoch-order.js';

const epochOrder = (count: number, shuffle: Shuffle) => epochOrderAndChunks(count, shuffle).order;

const correlation = (order: Uint32Array): number => {
  // Pearson's between a position before and after; both are uniform, so mean and variance are known.
  const mean = (order.length - 1) / 2;
  const variance = (order.length ** 2 - 1) / 12;
  return order.reduce((sum, before, after) => sum + (before - mean) * (after - mean), 0) / (order.length * variance);
};

/** Pairs of the same identity in a batch, on average, in a set sorted by identity with `each` images of everybody. */
function sameIdentityPairs(order: Uint32Array, each: number, batchSize: number): number {
  let pairs = 0;
  const batches = Math.floor(order.length / batchSize);
  for (let batch = 0; batch < batches; batch++) {
    const counts = new Map<number, number>();
    for (const position of order.subarray(batch * batchSize, (batch + 1) * batchSize)) {
      const identity = Math.floor(position / each);
      const before = counts.get(identity) ?? 0;
      pairs += before;
      counts.set(identity, before + 1);
    }
  }
  return pairs / batches;
}

describe('the order of an epoch', () => {
  test('is a permutation, whatever the count and the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.oneof(fc.integer({ min: CHUNK, max: 3000 }), fc.constant(Infinity)),
        fc.nat(),
        (count, window, seed) => {
          const order = epochOrder(count, { seed, epoch: 3, window });
          expect(order.slice().sort()).toEqual(Uint32Array.from({ length: count }, (_, i) => i));
        },
      ),
    );
  });

  test('is the same for the same seed and epoch, and another for another', () => {
    const orders = [
      [0, 0],
      [0, 1],
      [1, 0],
    ].map(([seed, epoch]) => epochOrder(500, { seed: seed!, epoch: epoch!, window: 100 }).join());
    expect(new Set(orders).size).toBe(3);
    expect(epochOrder(500, { seed: 0, epoch: 1, window: 100 }).join()).toBe(orders[1]);
  });

  test('of a set no larger than the window is a plain shuffle of all: every image is as likely at every place', () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const trials = 8000;
    for (let seed = 0; seed < trials; seed++)
      epochOrder(4, { seed, epoch: 0 }).forEach((position, place) => counts[position]![place]!++);
    // χ² with 9 degrees of freedom is above 27.9 once in a thousand times; the seeds are fixed.
    const chiSquared = counts.flat().reduce((sum, n) => sum + (n - trials / 4) ** 2 / (trials / 4), 0);
    expect(chiSquared).toBeLessThan(27.9);
  });
});

describe('a window', () => {
  const count = 200_000;
  const window = 2 ** 13;
  const order = epochOrder(count, { seed: 5, epoch: 0, window });

  test('holds whole chunks of neighbours, so that a disk reads at its own speed', () => {
    for (let start = 0; start + window <= count; start += window) {
      const chunks = new Set(order.subarray(start, start + window).map((position) => Math.floor(position / CHUNK)));
      // One chunk more at either end, where the window cuts one.
      expect(chunks.size).toBeLessThanOrEqual(window / CHUNK + 2);
    }
  });

  test('is announced: its chunks are named, in the order in which they enter', () => {
    const { chunks } = epochOrderAndChunks(count, { seed: 5, epoch: 0, window });
    for (let start = 0; start + window <= count; start += window) {
      const announced = new Set(
        chunks!.subarray(Math.max(0, Math.floor(start / CHUNK) - 1), Math.ceil((start + window) / CHUNK) + 1),
      );
      for (const position of order.subarray(start, start + window))
        expect(announced.has(Math.floor(position / CHUNK))).toBe(true);
    }
  });

  test('takes them from all over the file: places before and after are not correlated', () => {
    // Of n = 4,167 chunks in random order the correlation's standard deviation is 1/√n = 0.0155; three of them.
    expect(Math.abs(correlation(order))).toBeLessThan(0.047);
  });

  test('has the number of pairs of one identity in a batch that its chunks explain', () => {
    const each = 68; // as in MS1MV2
    const batchSize = 64;
    const pairs = (batchSize * (batchSize - 1)) / 2;
    const uniform = sameIdentityPairs(epochOrder(count, { seed: 5, epoch: 0, window: Infinity }), each, batchSize);
    expect(uniform).toBeCloseTo((pairs * (each - 1)) / (count - 1), 0);
    // Two images of a window are of one chunk with probability 47/(window − 1), and then of one identity if no boundary is between them:
    // for two places of a chunk of 48 at mean distance 49/3, 1 − 49/(3·68) = 0.76. Chunks elsewhere add the uniform share.
    const expected = pairs * ((CHUNK - 1) / (window - 1)) * 0.76 + uniform;
    const found = sameIdentityPairs(order, each, batchSize);
    expect(found).toBeGreaterThan(0.9 * expected);
    expect(found).toBeLessThan(1.1 * expected);
  });
});
