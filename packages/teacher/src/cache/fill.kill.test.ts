// Processes that fill a cache are killed at random moments, again and again, until it is whole. LIN_TEST_KILLS says how many kills at
// least.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { filling } from '../../test/numbered-crops.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { fillEmbeddingCache } from './fill.js';
import { mergeEmbeddingShards } from './merge.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 6);
const COUNT = 5000;

/**
 * Fills in a process of its own, which is killed some milliseconds after so many lines; the numbers that it printed, and whether it ended
 * by itself.
 */
async function run(
  args: readonly string[],
  kill?: { afterLines: number; delayMs: number },
): Promise<{ said: number[]; ended: boolean }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', 'test/fill-cache.ts', ...args],
    {
      cwd: resolve(import.meta.dirname, '../..'),
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

test(`a cache whose filling was killed ${KILLS} times loses no block that was reported, and ends with the bytes of an undisturbed one`, async () => {
  const expected = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
  const random = randomNumbers(1);
  for (let kills = 0; kills < KILLS;) {
    const folder = await temporaryFolder();
    for (let done = 0, ended = false; !ended;) {
      const kill = kills < KILLS ? { afterLines: 1 + Math.floor(random(8)), delayMs: random(5) } : undefined;
      const result = await run([folder, String(COUNT)], kill);
      if (result.said.length > 0) expect(result.said[0]).toBeGreaterThan(done); // it begins after what was reported
      done = result.said.at(-1) ?? done;
      ended = result.ended;
      if (!ended) kills++;
    }
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await readFile(join(folder, name!))).equals(expected)).toBe(true);
  }
}, 600_000);

test('two processes that fill a part each, one of them killed once, make the bytes of one process', async () => {
  const expected = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
  const folder = await temporaryFolder();
  const part = (index: number, kill?: Parameters<typeof run>[1]) => run([folder, String(COUNT), `${index}/2`], kill);
  await Promise.all([part(0), part(1, { afterLines: 2, delayMs: 0 })]);
  expect((await part(1)).ended).toBe(true);
  expect((await readFile(await mergeEmbeddingShards(filling(folder, COUNT)))).equals(expected)).toBe(true);
}, 120_000);
