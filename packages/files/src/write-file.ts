// A file written whole or not at all: beside its place, flushed to the disk, renamed.
import { createHash } from 'node:crypto';
import { copyFile, link, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { exists } from './exists.js';
import { isAlive } from './is-alive.js';
import { moveIntoPlace } from './move-into-place.js';

/** What to write, or what writes it to a file that is open, under a name of its own meanwhile. */
export type Contents = string | Uint8Array | ((file: FileHandle, path: string) => Promise<unknown>);

/** What is written beside has this machine, short, and this process in its name: what a killed one has left is known. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
let writes = 0; // two writes of one process at once must not share a file

/**
 * A reader, a kill or a power cut sees the old file or the new one. Of several writers at once the last one stays.
 * @throws what the file system or `contents` throws; the old file is then as it was, and nothing is left beside it.
 */
export async function replaceFile(path: string, contents: Contents): Promise<void> {
  const beside = besideOf(path);
  await write(beside, await open(beside, 'w'), contents, () => moveIntoPlace(beside, path));
  await removeLeftovers(dirname(beside), basename(path));
}

/**
 * Gives a file a second name, which is another one's until then; where the file system has no links it is a copy.
 * @throws what the file system throws; the name is then what it was.
 */
export async function replaceByLink(path: string, to: string): Promise<void> {
  const beside = besideOf(path);
  try {
    await link(to, beside).catch(() => copyFile(to, beside));
    await moveIntoPlace(beside, path);
  } finally {
    await rm(beside, { force: true }); // renaming a link to what it is a link of does nothing
  }
}

/**
 * Removes from a folder what earlier processes of this machine were writing there when they were killed; `of`: beside that file alone. A
 * folder that is not there has nothing.
 */
export async function removeLeftovers(folder: string, of?: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const [, file, process] = LEFTOVER.exec(name) ?? [];
    if (file === undefined || (of !== undefined && file !== of) || isAlive(Number(process))) continue;
    await rm(join(folder, name), { force: true });
  }
}

const besideOf = (path: string) => `${resolve(path)}.partial-${MACHINE}-${process.pid}-${++writes}`;
const LEFTOVER = new RegExp(`^(.+)\\.partial-${MACHINE}-(\\d+)-\\d+$`);

/**
 * A file that is not there yet; one process at a time may make it, under the name `<path>.partial`.
 * @throws an error with code EEXIST and the path in question where the file or the `.partial` is there; what the file system or `contents`
 * throws.
 */
export async function createFile(path: string, contents: Contents): Promise<void> {
  await refuseExisting(path);
  const beside = `${path}.partial`;
  await write(beside, await open(beside, 'wx'), contents, async () => {
    await refuseExisting(path);
    await moveIntoPlace(beside, path);
  });
}

async function write(beside: string, file: FileHandle, contents: Contents, done: () => Promise<void>): Promise<void> {
  try {
    try {
      if (typeof contents === 'function') await contents(file, beside);
      else await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await done();
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {}); // the first error is the one that is told
    throw error;
  }
}

/** @throws an error with code EEXIST where something is at `path`. */
export async function refuseExisting(path: string): Promise<void> {
  if (!(await exists(path))) return;
  throw Object.assign(new Error(`EEXIST: ${path} is there already`), { code: 'EEXIST', syscall: 'open', path });
}
