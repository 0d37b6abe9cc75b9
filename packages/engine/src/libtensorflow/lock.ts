// A lock between processes: a file with its holder's process id, made exclusively; a holder that is no longer alive does not hold it.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;
const WRITING_MS = 10_000; // a lock that has no process id for this long belongs to a process that died as it wrote it

export interface LockOptions {
  signal?: AbortSignal;
  /** Told once, where another process holds the lock. */
  onWait?: (processId: number) => void;
}

/** Runs `work` while holding the lock at `path`, waiting for as long as another living process holds it. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { signal, onWait }: LockOptions = {},
): Promise<T> {
  let told = false;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder === 'nobody') await breakLock(path);
    else {
      if (holder !== undefined && !told) onWait?.(holder);
      told ||= holder !== undefined;
      await sleep(POLL_MS, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** undefined: it is just being written, or was just removed. */
async function holderOf(path: string): Promise<number | 'nobody' | undefined> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (pid > 0) return isAlive(pid) ? pid : 'nobody';
  const written = await stat(path).catch(() => undefined);
  return written && Date.now() - written.mtimeMs > WRITING_MS ? 'nobody' : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes a lock that nobody holds. Only one process at a time may, and it looks again first: another may have taken the lock anew meanwhile. */
async function breakLock(path: string): Promise<void> {
  const breaking = `${path}.breaking`;
  if (!(await take(breaking))) {
    if ((await holderOf(breaking)) === 'nobody') await rm(breaking, { force: true });
    else await sleep(POLL_MS);
    return;
  }
  try {
    if ((await holderOf(path)) === 'nobody') await rm(path, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}
