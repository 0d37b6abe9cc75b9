// Processes that fill a cache are killed at random moments, again and again, until it is whole.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { filling } from './numbered-crops.js';
import { temporaryFolder } from './tiny-models.js';
import { fillEmbeddingCache } from '../src/cache/fill.js';

export const COUNT = 5000;

/**
 * Fills in a process of its own, which is killed some milliseconds after so many lines; the numbers that it printed, and whether it ended
 * by itself.
 */
export async function run(
  args: readonly string[],
  kill?: { afterLines: number; delayMs: number },
): Promise<{ said: number[]; ended: boolean }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', 'test/fill-cache.ts', ...args],
    {
      cwd: resolve(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exit = once(child, 'exit');
  let text = '';
  let killing = false;
  for await (const piece of child.stdout.setEncoding('utf8')) {
    text += piece as string;
    if (!kill || killing || text.split('\n').length <= kill.afterLines) continue;
    killing = true;
    void sleep(kill.delayMs).then(() => child.kill('SIGKILL'));
  }
  const [code] = (await exit) as [number | null];
  return { said: text.split('\n').slice(0, -1).map(Number), ended: code === 0 };
}

/** Numerical Recipes' LCG: kills at the same lines in every run of the test. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * bound;
}

/** A cache whose filling was killed `kills` times loses no block that was reported, and ends with the bytes of an undisturbed one. */
export async function killFilling(kills: number): Promise<void> {
  const expected = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
  const random = randomNumbers(1);
  for (let killed = 0; killed < kills;) {
    const folder = await temporaryFolder();
    for (let done = 0, ended = false; !ended;) {
      const kill = killed < kills ? { afterLines: 1 + Math.floor(random(8)), delayMs: random(5) } : undefined;
      const result = await run([folder, String(COUNT)], kill);
      if (result.said.length > 0) expect(result.said[0]).toBeGreaterThan(done); // it begins after what was reported
      done = result.said.at(-1) ?? done;
      ended = result.ended;
      if (!ended) killed++;
    }
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await readFile(join(folder, name!))).equals(expected)).toBe(true);
  }
}
