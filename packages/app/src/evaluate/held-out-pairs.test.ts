import { describe, expect, test } from 'vitest';
import type { Dataset } from '../prepare/dataset.js';
import { heldOutPairs } from './held-out-pairs.js';

/** Identity i has counts[i] images; the last `test` identities are held out. */
function setOf(counts: number[], held: number): Pick<Dataset, 'records' | 'split'> {
  const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  const keys = Float64Array.from(labels, (_, i) => i + 1);
  const test = keys.filter((_, i) => labels[i]! >= counts.length - held);
  const labelsOf = (keys: Float64Array) => Int32Array.from(keys, (key) => labels[key - 1]!);
  return { records: { labels, labelsOf }, split: { test } } as unknown as Pick<Dataset, 'records' | 'split'>;
}
const labelIn =
  ({ records }: Pick<Dataset, 'records'>) =>
  (key: number) =>
    records.labels[key - 1]!;

describe('pairs of held-out identities', () => {
  test('are in ten folds that share nobody, half of one person and half of two, up to 6,000', () => {
    const dataset = setOf(Array<number>(60).fill(10), 42);
    const pairs = heldOutPairs(dataset, 0);
    const label = labelIn(dataset);
    expect(pairs).toHaveLength(10 * 2 * 180); // four identities a fold with 45 pairs each
    const foldOf = new Map<number, number>();
    pairs.forEach(({ first, second, same }, i) => {
      expect(label(first) === label(second)).toBe(same);
      for (const person of [label(first), label(second)]) {
        expect(person).toBeGreaterThanOrEqual(18);
        expect(foldOf.get(person) ?? Math.floor(i / 360)).toBe(Math.floor(i / 360));
        foldOf.set(person, Math.floor(i / 360));
      }
    });
    expect(heldOutPairs(dataset, 0)).toEqual(pairs);
    expect(heldOutPairs(dataset, 1)).not.toEqual(pairs);
    expect(heldOutPairs(setOf(Array<number>(300).fill(20), 200), 0)).toHaveLength(6000);
  });

  test('of fewer than twenty identities share people, and every fold has both kinds', () => {
    const pairs = heldOutPairs(setOf([5, 5, 5, 4, 4], 2), 0);
    expect(pairs).toHaveLength(24);
    for (let fold = 0; fold < 10; fold++) {
      const start = 2 * fold + Math.min(fold, 4); // scikit-learn's KFold: four folds of three pairs, six of two
      expect(new Set(pairs.slice(start, start + 2).map(({ same }) => same)).size).toBe(2);
    }
  });

  test.each([
    ['one image each', Array<number>(30).fill(1)],
    ['one identity', [3, 9]],
    ['nine pairs of one person', [3, 3, 3, 3]],
  ])('are an empty list where there is/are %s', (_, counts) => {
    expect(heldOutPairs(setOf(counts, counts.length === 2 ? 1 : counts.length === 4 ? 3 : counts.length), 0)).toEqual(
      [],
    );
  });
});
