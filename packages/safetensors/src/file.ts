// Safetensors on disk: a file is replaced whole or not at all.
import { readFile } from 'node:fs/promises';
import { replaceFile } from '@lin/files';
import { SafetensorsError } from './errors.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from './safetensors.js';

/**
 * Writes beside `path`, flushes to disk, renames: a reader, or a kill, sees the old file or the new one.
 * @param path In a folder that is there; a file of this name is replaced.
 * @param content As for `encodeSafetensors`.
 * @throws SafetensorsError where the content is inconsistent or the file cannot be written; the old file is then as it was.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
 *
 * const path = `${tmpdir()}/example.safetensors`;
 * const steps = { dtype: 'I64' as const, shape: [1], data: BigInt64Array.of(20n) };
 * await writeSafetensors(path, { tensors: new Map([['steps', steps]]), metadata: {} });
 * console.log((await readSafetensors(path)).tensors.get('steps'));
 * ```
 * ```text
 * { dtype: 'I64', shape: [ 1 ], data: BigInt64Array(1) [ 20n ] }
 * ```
 */
export async function writeSafetensors(path: string, content: SafetensorsContent): Promise<void> {
  const bytes = encodeSafetensors(content);
  await replaceFile(path, bytes).catch(({ code }: NodeJS.ErrnoException) => {
    throw new SafetensorsError(
      `${path} cannot be written (${code}); check the folder and the space on its disk. What was there before is unchanged.`,
    );
  });
}

/**
 * The tensors and the metadata of a file. It is read whole into memory.
 * @throws SafetensorsError when the file cannot be read or is damaged.
 * @example
 * ```ts
 * import { readSafetensors } from '@lin/safetensors/file';
 *
 * await readSafetensors('no-such.safetensors').catch((error: Error) => console.log(error.message));
 * ```
 * ```text
 * no-such.safetensors cannot be read (ENOENT); check the path.
 * ```
 */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SafetensorsError(`${path} cannot be read (${error.code}); check the path.`);
  });
  return decodeSafetensors(bytes, path);
}
