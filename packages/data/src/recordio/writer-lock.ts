// One writer of a set of records at a time.
import { hostname } from 'node:os';
import { tryLock, type LockHolder } from '@lin/files';
import { RecordError } from '../errors.js';

/** @returns what gives the lock back. @throws RecordError where a living process, or one on another machine, holds it. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const lock = await tryLock(path);
  if ('release' in lock) return lock.release;
  throw new RecordError(
    `${path}: ${nameOf(lock.holder)} is writing these records; wait for it, or remove the file if that is no longer so.`,
    { file: path },
  );
}

function nameOf({ pid, host }: LockHolder): string {
  if (host !== hostname()) return `process ${pid} on ${host}`;
  return pid === process.pid ? 'this process' : `process ${pid}`;
}
