// A lock between processes: a file with its holder's process id and host. A holder that is no longer alive does not hold it.
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './is-alive.js';

/** Who holds a lock, in this process, on this machine or another one. */
export interface LockHolder {
  pid: number;
  host: string;
}

export interface WithLockOptions {
  signal?: AbortSignal;
  /** Told once, where another process holds the lock. */
  onWait?: (holder: LockHolder) => void;
}

const POLL_MS = 250;

/** Held in this process: our process id in a lock that is not among them was another process's, before a restart. */
const held = new Set<string>();
let attempts = 0;

/** Runs `work` while holding the lock at `path`, waiting for as long as another living process, or one of another machine, holds it. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { signal, onWait }: WithLockOptions = {},
): Promise<T> {
  let told = false;
  for (;;) {
    const lock = await tryLock(path);
    if ('release' in lock) return work().finally(lock.release);
    if (!told) onWait?.(lock.holder);
    told = true;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Takes the lock at `path`, and gives what releases it; else who holds it: a living process, or one of another machine. */
export async function tryLock(path: string): Promise<{ release: () => Promise<void> } | { holder: LockHolder }> {
  const name = resolve(path);
  if (held.has(name)) return { holder: { pid: process.pid, host: hostname() } };
  held.add(name);
  let isTaken = false;
  try {
    while (!(isTaken = await take(name))) {
      const holder = await holderOf(name);
      if (holder) return { holder };
      await breakLock(name);
    }
  } finally {
    if (!isTaken) held.delete(name);
  }
  const release = async () => {
    held.delete(name);
    await rm(name, { force: true });
  };
  return { release };
}

/** A link appears with its contents: nobody sees a lock that does not say yet whose it is. */
async function take(path: string): Promise<boolean> {
  const contents = `${process.pid} ${hostname()}\n`;
  const own = `${path}.${process.pid}-${++attempts}`;
  try {
    await writeFile(own, contents);
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return writeFile(path, contents, { flag: 'wx' }); // this file system has no links
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** undefined: nobody, or somebody who is gone. */
async function holderOf(path: string): Promise<LockHolder | undefined> {
  const [id = '', host = hostname()] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  const pid = Number(id);
  if (!(Number.isInteger(pid) && pid > 0)) return undefined; // a power cut left it empty
  if (host !== hostname()) return { pid, host };
  if (pid === process.pid) return undefined; // ours would be in `held`
  return isAlive(pid) ? { pid, host } : undefined;
}

/**
 * Removes a lock that nobody holds. One process at a time may, and it looks again first: another may have taken the lock anew meanwhile.
 */
async function breakLock(path: string): Promise<void> {
  const breaking = `${path}.breaking`;
  if (!(await take(breaking))) {
    if (await holderOf(breaking)) await sleep(POLL_MS);
    else await rm(breaking, { force: true });
    return;
  }
  try {
    if (!(await holderOf(path))) await rm(path, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}
