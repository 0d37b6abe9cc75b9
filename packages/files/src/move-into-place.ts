// The last step of every write: a file or folder that is whole and flushed gets its name, and the name is flushed too.
import { open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Renames `from` to `to` in the same file system, and makes the new name last through a power cut. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(resolve(to)));
}

/** Flushes the names in a folder to the disk. Windows, and some network file systems, have no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!UNSUPPORTED.has((error as NodeJS.ErrnoException).code!)) throw error;
  } finally {
    await folder.close();
  }
}

const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR']);
