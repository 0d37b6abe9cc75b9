import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TaskQueue } from './task-queue.js';

describe('a task queue', () => {
  test('gives each task’s result or error, in whatever order they end', async () => {
    const queue = new TaskQueue(2);
    const results = [30, 1, 10].map((ms, i) => queue.add(() => sleep(ms, i)));
    const failed = queue.add(() => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await Promise.all([...results, queue.add(() => Promise.resolve('after an error'))])).toEqual([0, 1, 2, 'after an error']);
  });

  test('runs as many at once as it may, in the order they were added', async () => {
    const queue = new TaskQueue(3);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        queue.add(async () => {
          begun.push(i);
          most = Math.max(most, ++running);
          await sleep((i * 7) % 5);
          running--;
        }),
      ),
    );
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });

  test('stopped, waits for what runs and begins nothing more', async () => {
    const queue = new TaskQueue(1);
    const done: string[] = [];
    void queue.add(async () => {
      await sleep(20);
      done.push('running');
    });
    void queue.add(() => {
      done.push('waiting');
      return Promise.resolve();
    });
    await queue.stop();
    await sleep(10);
    expect(done).toEqual(['running']);
  });
});
