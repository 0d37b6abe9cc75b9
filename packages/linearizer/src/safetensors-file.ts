// Safetensors on disk: a file is replaced whole or not at all.
import { open, readFile, rename, rm } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors, SafetensorsError, type SafetensorsContent } from './safetensors.js';

/** Writes beside `path`, flushes to disk, renames: a reader, or a kill, sees the old file or the new one. */
export async function writeSafetensors(path: string, content: SafetensorsContent): Promise<void> {
  const beside = `${path}.partial-${process.pid}`;
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(encodeSafetensors(content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** @throws SafetensorsError when the file cannot be read or is damaged. */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SafetensorsError(`${path} cannot be read (${error.code}); check the path.`);
  });
  return decodeSafetensors(bytes, path);
}
