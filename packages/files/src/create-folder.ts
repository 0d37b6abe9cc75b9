// A folder that appears whole or not at all: filled beside its place and renamed.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { moveIntoPlace } from './move-into-place.js';
import { refuseExisting } from './write-file.js';

/**
 * Lets `fill` fill a folder, which then gets the name `path`; one process at a time may make it, under the name `<path>.partial`.
 * @returns what `fill` returns.
 * @throws an error with code EEXIST and the path in question where the folder or the `.partial` is there; what `fill` throws. Nothing is
 * left then.
 */
export async function createFolder<T>(path: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const target = resolve(path);
  const beside = `${target}.partial`;
  await refuseExisting(target);
  await mkdir(dirname(target), { recursive: true });
  await mkdir(beside);
  try {
    const result = await fill(beside);
    await refuseExisting(target);
    await moveIntoPlace(beside, target);
    return result;
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => {}); // the first error is the one that is told
    throw error;
  }
}
