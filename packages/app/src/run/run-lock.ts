// One process at a time trains a run: two would write over each other's metrics and checkpoints.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '@lin/files';
import { RunFolderError, type RunFolder } from './run-folder.js';

/**
 * Runs `work` while no other process may train the run; one that was killed holds nothing.
 * @throws RunFolderError where another one trains it.
 */
export async function whileLocked<T>({ name, path }: RunFolder, work: () => Promise<T>): Promise<T> {
  await mkdir(path, { recursive: true });
  const lock = await tryLock(join(path, 'lock'));
  if ('release' in lock) return work().finally(lock.release);
  const { pid, host } = lock.holder;
  throw new RunFolderError(`Run ${name} is being trained by process ${pid} on ${host}; wait until that has ended.`);
}
