// A folder that appears whole or not at all: built beside its place and renamed.
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RecordError } from '../errors.js';
import { exists } from '../exists.js';

/**
 * Lets `build` fill a folder, which then gets the name `output`. After an error nothing is left of it.
 * @throws RecordError where something is at `output`, or at the name that is used meanwhile; and what `build` throws.
 */
export async function buildBeside<T>(output: string, build: (folder: string) => Promise<T>): Promise<T> {
  const target = resolve(output);
  const beside = `${target}.partial`;
  await refuseExisting(target);
  await mkdir(dirname(target), { recursive: true });
  await mkdir(beside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new RecordError(`${beside} is there already: another process is writing it, or was killed while it did; if so, remove it.`);
  });
  try {
    const result = await build(beside);
    await refuseExisting(target);
    await rename(beside, target);
    return result;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

/** @throws RecordError where something is at `path`. */
export async function refuseExisting(path: string): Promise<void> {
  if (await exists(path)) throw new RecordError(`${path} is there already; remove it, or choose another output.`);
}
