// Files that node:fs/promises reads from memory: on a busy machine, a read from disk waits many times as long as a target computes. In a
// test: vi.mock('node:fs/promises', async (original) => (await import('…/files-in-memory.js')).readingFromMemory(await original())).

type Files = typeof import('node:fs/promises');

/** By path. */
export const filesInMemory = new Map<string, Uint8Array>();

export function readingFromMemory(files: Files): Files {
  const readFile = (...given: Parameters<Files['readFile']>) => {
    const bytes = filesInMemory.get(String(given[0]));
    return bytes ? Promise.resolve(Buffer.from(bytes)) : files.readFile(...given);
  };
  const access: Files['access'] = (path, mode) =>
    filesInMemory.has(String(path)) ? Promise.resolve() : files.access(path, mode);
  return { ...files, readFile: readFile as Files['readFile'], access };
}
