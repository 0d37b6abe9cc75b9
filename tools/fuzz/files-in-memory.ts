// Files that node:fs/promises reads from memory: on a busy machine, a read from disk waits many times as long as a target computes.
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** By path. */
export const filesInMemory = new Map<string, Uint8Array>();

/** From now on, in every module of the process; what is not in memory is read from disk. Returns what ends it. */
export function readFromMemory(): () => void {
  const { readFile, access } = files;
  files.readFile = ((...given: Parameters<typeof readFile>) => {
    const bytes = filesInMemory.get(String(given[0]));
    return bytes ? Promise.resolve(Buffer.from(bytes)) : readFile(...given);
  }) as typeof readFile;
  files.access = (path, mode) => (filesInMemory.has(String(path)) ? Promise.resolve() : access(path, mode));
  syncBuiltinESMExports();
  return () => {
    Object.assign(files, { readFile, access });
    syncBuiltinESMExports();
  };
}
