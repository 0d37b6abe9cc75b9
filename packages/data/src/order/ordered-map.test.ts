import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { orderedMap } from './ordered-map.js';

describe('work in order', () => {
  test('gives the results in the order of the items, however long each takes', async () => {
    expect(await collect(orderedMap([9, 1, 5, 3, 7, 0], 3, (item) => sleep(item).then(() => item)))).toEqual([
      9, 1, 5, 3, 7, 0,
    ]);
  });

  test('is on at most so many items at once', async () => {
    let [running, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
    };
    await collect(orderedMap(Array.from({ length: 20 }), 4, work));
    expect(most).toBe(4);
  });

  test('that fails throws at its place, after the results before it, when the rest has settled', async () => {
    const [results, settled]: number[][] = [[], []];
    const work = async (item: number) => {
      await sleep(5 - item);
      settled!.push(item);
      if (item === 2) throw new Error('two');
      return item;
    };
    await expect(
      (async () => {
        for await (const result of orderedMap([0, 1, 2, 3, 4], 5, work)) results!.push(result);
      })(),
    ).rejects.toThrow('two');
    expect(results).toEqual([0, 1]);
    expect(settled!.length).toBe(5);
  });

  test('that the consumer leaves is over when what was begun has settled', async () => {
    let running = 0;
    const results = orderedMap([1, 2, 3, 4, 5, 6], 3, async () => {
      running++;
      await sleep(2);
      running--;
    });
    await results.next();
    await results.return();
    expect(running).toBe(0);
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
