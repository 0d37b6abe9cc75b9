// Safetensors on disk: a file is replaced whole or not at all.
import { readFile } from 'node:fs/promises';
import { replaceFile } from '@lin/files';
import { SafetensorsError } from './errors.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from './safetensors.js';

/**
 * Writes beside `path`, flushes to disk, renames: a reader, or a kill, sees the old file or the new one.
 * @throws SafetensorsError where the content is inconsistent or the file cannot be written; the old file is then as it was.
 */
export async function writeSafetensors(path: string, content: SafetensorsContent): Promise<void> {
  const bytes = encodeSafetensors(content);
  await replaceFile(path, bytes).catch(({ code }: NodeJS.ErrnoException) => {
    throw new SafetensorsError(
      `${path} cannot be written (${code}); check the folder and the space on its disk. What was there before is unchanged.`,
    );
  });
}

/** @throws SafetensorsError when the file cannot be read or is damaged. */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SafetensorsError(`${path} cannot be read (${error.code}); check the path.`);
  });
  return decodeSafetensors(bytes, path);
}
