// One holder at a time, among promises and among processes; a dead holder holds nothing.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { tryLock, withLock } from './lock.js';

const HOLDER = await bundledScript(fileURLToPath(new URL('../test/lock-holder.ts', import.meta.url)));
const NO_PROCESS = 2 ** 22 + 1; // above Linux's and macOS's largest process id

let folder: string;
let lock: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-lock-'));
  [lock, log] = [join(folder, 'lock'), join(folder, 'log')];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function holder(...more: string[]): ChildProcess {
  return spawn(process.execPath, [HOLDER, lock, log, ...more], {
    stdio: 'inherit',
  });
}

const lines = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe('withLock', () => {
  test('runs one piece of work at a time and gives back its result', async () => {
    let inside = 0;
    const results = await Promise.all(
      [1, 2, 3].map((i) =>
        withLock(lock, async () => {
          inside++;
          expect(inside).toBe(1);
          await sleep(10);
          inside--;
          return i;
        }),
      ),
    );
    expect(results).toEqual([1, 2, 3]);
    await expect(stat(lock)).rejects.toThrow('ENOENT');
  });

  test('is free again after work that failed', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    expect(await withLock(lock, async () => 'next')).toBe('next');
  });

  test('says once who is waited for, and stops waiting when told to', async () => {
    await writeFile(lock, String(process.ppid)); // alive for as long as this test
    const stop = new AbortController();
    const waitedFor: number[] = [];
    const waiting = withLock(lock, async () => 'never', {
      signal: stop.signal,
      onWait: ({ pid }) => waitedFor.push(pid),
    });
    setTimeout(() => stop.abort(), 700);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(waitedFor).toEqual([process.ppid]);
    expect(await readFile(lock, 'utf8')).toBe(String(process.ppid));
  });

  test('takes over the lock of a process that is gone', async () => {
    await writeFile(lock, String(NO_PROCESS));
    expect(await withLock(lock, async () => 'taken over')).toBe('taken over');
  });

  test('takes over a lock without a process id, which a power cut leaves', async () => {
    await writeFile(lock, '');
    expect(await withLock(lock, async () => 'taken over')).toBe('taken over');
  });

  test('takes over where the process that broke a lock died too', async () => {
    await writeFile(lock, String(NO_PROCESS));
    await writeFile(`${lock}.breaking`, String(NO_PROCESS));
    expect(await withLock(lock, async () => 'taken over')).toBe('taken over');
  });

  test('takes over from a process that was killed while it held the lock', async () => {
    const killed = holder('hang');
    await until(async () => (await lines()).length === 1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await withLock(lock, async () => 'taken over')).toBe('taken over');
  });

  test('lets processes in one after the other, though all find a dead lock at once', async () => {
    await writeFile(lock, String(NO_PROCESS));
    const exits = await Promise.all([1, 2, 3].map(async () => (await once(holder(), 'exit'))[0] as number));
    expect(exits).toEqual([0, 0, 0]);
    const log = await lines();
    expect(log).toHaveLength(6);
    for (let i = 0; i < 6; i += 2) expect(log[i + 1]).toBe(log[i]!.replace('in', 'out'));
  });
});

describe('tryLock', () => {
  test('does not wait: says who holds it, this process included', async () => {
    const lockOf = await tryLock(lock);
    expect(await tryLock(lock)).toEqual({ holder: { pid: process.pid, host: hostname() } });
    if (!('release' in lockOf)) throw new Error('not taken');
    await lockOf.release();
    expect(await readdir(folder)).toEqual([]);
    expect(await tryLock(lock)).toHaveProperty('release');
  });

  test.each([
    ['a living process', `${process.ppid} ${hostname()}`, { pid: process.ppid, host: hostname() }],
    ['a process of another machine, alive or not', '7 elsewhere', { pid: 7, host: 'elsewhere' }],
  ])('finds it held by %s', async (_, contents, holder) => {
    await writeFile(lock, contents);
    expect(await tryLock(lock)).toEqual({ holder });
    expect(await readFile(lock, 'utf8')).toBe(contents);
  });

  test('takes over from an earlier process that had our number', async () => {
    await writeFile(lock, `${process.pid} ${hostname()}`);
    expect(await tryLock(lock)).toHaveProperty('release');
  });

  test('fails where its folder is missing', async () => {
    await expect(tryLock(join(folder, 'missing', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(tryLock(join(folder, 'missing', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
