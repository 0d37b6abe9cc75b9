// One process at a time trains a run: two would write over each other's metrics and checkpoints.
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '@lin/files';
import { RunFolderError, type RunFolder } from './run-folder.js';

/**
 * Runs `work` while no other process may train the run; one that was killed holds nothing.
 * @throws RunFolderError where another one trains it.
 */
export async function whileLocked<T>({ name, path }: RunFolder, work: () => Promise<T>): Promise<T> {
  const isNew = (await mkdir(path, { recursive: true })) !== undefined;
  const lock = await tryLock(join(path, 'lock'));
  if ('release' in lock)
    return work().finally(async () => {
      await lock.release();
      if (isNew) await rmdir(path).catch(() => {}); // where the work came to nothing
    });
  const { pid, host } = lock.holder;
  throw new RunFolderError(`Run ${name} is being trained by process ${pid} on ${host}; wait until that has ended.`);
}
