// A folder of records that appears whole or not at all, with the errors of this package.
import { createFolder, exists } from '@lin/files';
import { RecordError } from '../errors.js';

/**
 * Lets `build` fill a folder, which then gets the name `output`. After an error nothing is left of it.
 * @throws RecordError where something is at `output`, or at the name that is used meanwhile; and what `build` throws.
 */
export async function buildBeside<T>(output: string, build: (folder: string) => Promise<T>): Promise<T> {
  await refuseExisting(output);
  return createFolder(output, build).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !error.path?.endsWith('.partial')) throw error;
    throw new RecordError(
      `${error.path} is there already: another process is writing it, or was killed while it did; if so, remove it.`,
    );
  });
}

/** @throws RecordError where something is at `path`. */
export async function refuseExisting(path: string): Promise<void> {
  if (await exists(path)) throw new RecordError(`${path} is there already; remove it, or choose another output.`);
}
