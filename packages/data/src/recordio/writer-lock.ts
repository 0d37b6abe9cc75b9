// One writer at a time: a lock file that names host and process, so that the one a killed process left behind is known for what it is.
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { RecordError } from '../errors.js';

/** Held in this process: an id of ours in a file that is not among them was another process's, before a restart. */
const held = new Set<string>();

/** @returns what gives the lock back. @throws RecordError where a living process, or one on another machine, holds it. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  await create(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    const holder = await livingHolder(path);
    if (holder) {
      throw new RecordError(`${path}: ${holder} is writing these records; wait for it, or remove the file if that is no longer so.`, { file: path });
    }
    await rm(path, { force: true });
    await create(path);
  });
  held.add(path);
  return async () => {
    held.delete(path);
    await rm(path, { force: true });
  };
}

async function create(path: string): Promise<void> {
  const handle = await open(path, 'wx');
  await handle.writeFile(`${process.pid} ${hostname()}\n`).finally(() => handle.close());
}

async function livingHolder(path: string): Promise<string | undefined> {
  const [pid = '', host = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  if (!/^\d+$/.test(pid)) return undefined; // killed before it wrote its name
  if (host !== hostname()) return `process ${pid} on ${host}`;
  if (Number(pid) === process.pid) return held.has(path) ? 'this process' : undefined;
  return isAlive(Number(pid)) ? `process ${pid}` : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
