import { describe, expect, test } from 'vitest';
import { clusterEmbeddings } from './cluster.js';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

/** Average linkage written out: the best pair of groups is joined, until none reaches the threshold. */
function literal(rows: readonly Float32Array[], threshold: number): number[][] {
  const cosine = (i: number, j: number) => rows[i]!.reduce((sum, value, k) => sum + value * rows[j]![k]!, 0);
  const groups = rows.map((_, i) => [i]);
  for (;;) {
    let best = { value: threshold, a: -1, b: -1 };
    for (let a = 0; a < groups.length; a++)
      for (let b = 0; b < a; b++) {
        const pairs = groups[a]!.flatMap((i) => groups[b]!.map((j) => cosine(i, j)));
        const value = pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
        if (value >= best.value) best = { value, a, b };
      }
    if (best.a < 0) break;
    groups[best.b]!.push(...groups[best.a]!);
    groups.splice(best.a, 1);
  }
  return groups.map((group) => group.sort((x, y) => x - y)).sort((x, y) => y.length - x.length || x[0]! - y[0]!);
}

describe('clustering', () => {
  test('joins what is near on average, the largest group first', () => {
    expect(clusterEmbeddings([at(0), at(90), at(5), at(94), at(10), at(200)], 0.9)).toEqual([[0, 2, 4], [1, 3], [5]]);
  });

  test('of no faces, of one, and of the same face again', () => {
    expect(clusterEmbeddings([], 0.5)).toEqual([]);
    expect(clusterEmbeddings([at(3)], 0.5)).toEqual([[0]]);
    expect(clusterEmbeddings([at(3), at(3), at(3)], 1 - 1e-6)).toEqual([[0, 1, 2]]);
  });

  test('does not chain: neighbours are near, the ends are not', () => {
    const [first] = clusterEmbeddings([0, 20, 40, 60, 80, 100, 120].map(at), 0.8);
    expect(first!.length).toBeLessThan(7);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is average linkage as it is written down, seed %d', (seed) => {
    let state = seed;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const rows = Array.from({ length: 40 }, () => {
      const row = Float32Array.from({ length: 6 }, () => random() - 0.3);
      const norm = Math.hypot(...row);
      return row.map((value) => value / norm);
    });
    for (const threshold of [-1, 0.2, 0.5, 0.8, 0.95])
      expect(clusterEmbeddings(rows, threshold)).toEqual(literal(rows, threshold));
  });
});
