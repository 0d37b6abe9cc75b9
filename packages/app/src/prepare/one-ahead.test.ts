import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { oneAhead } from './one-ahead.js';

/** 0 … count − 1, noting what happens; fails at `bad`. */
async function* numbers(count: number, log: string[], bad = -1): AsyncGenerator<number, void, void> {
  try {
    for (let i = 0; i < count; i++) {
      log.push(`make ${i}`);
      if (i === bad) throw new Error(`no ${i}`);
      yield i;
    }
  } finally {
    log.push('end');
  }
}

describe('one ahead', () => {
  test('gives the same items, the next one made while the consumer waits with the one before', async () => {
    const log: string[] = [];
    for await (const i of oneAhead(numbers(3, log))) {
      log.push(`take ${i}`);
      await sleep(5);
      log.push(`done ${i}`);
    }
    expect(log).toEqual([
      'make 0',
      'take 0',
      'make 1',
      'done 0',
      'take 1',
      'make 2',
      'done 1',
      'take 2',
      'end',
      'done 2',
    ]);
  });

  test('ends its source when the consumer leaves, with nothing under way', async () => {
    const log: string[] = [];
    for await (const i of oneAhead(numbers(9, log))) if (i === 1) break;
    expect(log.at(-1)).toBe('end');
    const { length } = log;
    await sleep(10);
    expect(log.length).toBe(length);
  });

  test('throws its source’s error after the items before it', async () => {
    const taken: number[] = [];
    const loop = async () => {
      for await (const i of oneAhead(numbers(9, [], 2))) {
        taken.push(i);
        await sleep(5);
      }
    };
    await expect(loop()).rejects.toThrow('no 2');
    expect(taken).toEqual([0, 1]);
  });

  test('of nothing is nothing', async () => {
    for await (const i of oneAhead(numbers(0, []))) expect(i).toBeUndefined();
  });
});
