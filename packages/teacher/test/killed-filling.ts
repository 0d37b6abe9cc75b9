// Processes that fill a cache are killed at random moments, again and again, until it is whole.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { runUntilKilled, type Kill } from '../../../tools/killed-process-for-tests.js';
import { filling } from './numbered-crops.js';
import { temporaryFolder } from './tiny-models.js';
import { fillEmbeddingCache } from '../src/cache/fill.js';

export const COUNT = 5000;
const SCRIPT = fileURLToPath(new URL('fill-cache.ts', import.meta.url));

/** Fills in a process of its own. */
export const run = (args: readonly string[], kill?: Kill) => runUntilKilled(SCRIPT, args, kill);

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
