import { describe, expect, test } from 'vitest';
import { Random } from './random.js';

/** SplitMix32 once more, in unbounded integers reduced modulo 2³²: what a 32-bit machine must agree with. */
class BigRandom {
  private state: bigint;

  constructor(seed: bigint, ...path: bigint[]) {
    this.state = path.reduce((state, part) => bigMix(state ^ bigMix(part + 0x9e3779b9n)), bigMix(seed));
  }

  next(): bigint {
    this.state = (this.state + 0x9e3779b9n) % 2n ** 32n;
    return bigMix(this.state);
  }
}

function bigMix(value: bigint): bigint {
  let z = ((value % 2n ** 32n) + 2n ** 32n) % 2n ** 32n;
  z = ((z ^ (z / 2n ** 16n)) * 0x21f0aaadn) % 2n ** 32n;
  z = ((z ^ (z / 2n ** 15n)) * 0x735a2d97n) % 2n ** 32n;
  return z ^ (z / 2n ** 15n);
}

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: number[], power: number) => mean(values.map((value) => value ** power));
const correlation = (a: number[], b: number[]) => {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  return covariance / Math.sqrt((moment(a, 2) - meanA ** 2) * (moment(b, 2) - meanB ** 2));
};

describe('the stream of a seed', () => {
  test.each([[0], [1], [-1], [2 ** 31], [2 ** 32 - 1], [42, 0], [42, 1], [7, 3, 1000]])(
    '%i %i %i is SplitMix32’s, on any machine',
    (seed, ...path) => {
      const big = new BigRandom(BigInt(seed), ...path.map(BigInt));
      expect(draws(new Random(seed, ...path), 200)).toEqual(
        Array.from({ length: 200 }, () => Number(big.next()) / 2 ** 32),
      );
    },
  );

  test('is uniform: moments, and each of 16 classes as often', () => {
    const count = 100_000;
    const values = draws(new Random(3), count);
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    // Standard errors are 0.0009 and 0.0009; five of them.
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(0.0047);
    const counts = new Array<number>(16).fill(0);
    for (const value of values) counts[Math.floor(16 * value)]!++;
    const chiSquare = counts.reduce((sum, n) => sum + (n - count / 16) ** 2 / (count / 16), 0);
    expect(chiSquare).toBeLessThan(44); // 15 degrees of freedom: P = 1e-4
  });

  test('has no memory from one draw to the next', () => {
    const values = draws(new Random(11), 50_000);
    for (const lag of [1, 2, 3, 112])
      expect(Math.abs(correlation(values.slice(0, -lag), values.slice(lag)))).toBeLessThan(0.02); // 4.5 standard errors
  });

  test.each([
    ['seeds', new Random(1), new Random(2)],
    ['epochs', new Random(1, 0), new Random(1, 1)],
    ['depths', new Random(1), new Random(1, 0)],
    ['orders of the path', new Random(1, 2, 3), new Random(1, 3, 2)],
  ])('is independent of that of other %s', (_, a, b) => {
    expect(Math.abs(correlation(draws(a, 50_000), draws(b, 50_000)))).toBeLessThan(0.02);
  });

  test('begins elsewhere for each of many neighbouring seeds and epochs', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 60; seed++)
      for (let epoch = 0; epoch < 60; epoch++) firsts.add(new Random(seed, epoch).uniform());
    expect(firsts.size).toBeGreaterThan(3595); // of 3,600 among 2³², an equal pair has probability 0.0015
  });
});

describe('what is drawn', () => {
  test('uniform numbers lie between their bounds', () => {
    const random = new Random(5);
    for (let i = 0; i < 1000; i++) {
      const value = random.uniform(-3, 5);
      expect(value >= -3 && value < 5).toBe(true);
    }
  });

  test('normal numbers have the moments 0, 1, 0, 3', () => {
    const random = new Random(8);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    expect(values.every(Number.isFinite)).toBe(true);
    // Standard errors: √(1, 2, 15, 96) / √100,000; five of each.
    expect(Math.abs(mean(values))).toBeLessThan(0.016);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.023);
    expect(Math.abs(moment(values, 3))).toBeLessThan(0.062);
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.16);
  });

  test('integers are all of [0, bound), and only those', () => {
    const random = new Random(13);
    expect([...new Set(Array.from({ length: 500 }, () => random.integer(7)))].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(random.integer(1)).toBe(0);
  });

  test('a shuffle is a permutation, in place, of arrays and typed arrays', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const typed = Float64Array.from(items);
    expect(new Random(1).shuffle(items)).toBe(items);
    expect([...new Random(1).shuffle(typed)]).toEqual(items);
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(items).not.toEqual([...items].sort((a, b) => a - b));
    expect(new Random(1).shuffle([])).toEqual([]);
  });

  test('every order of four comes as often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 12_000; seed++) {
      const order = new Random(seed, 1).shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    expect(chiSquare).toBeLessThan(58); // 23 degrees of freedom: P = 1e-4
  });
});
