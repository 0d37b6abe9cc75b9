// Room on the disk, asked for before hours of work rather than met after them.
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists } from '@lin/files';
import { RecordError } from '../errors.js';

/** Left free beyond what is asked for: index, property, and other processes. */
const RESERVE_BYTES = 2 ** 26;

/** @throws RecordError where the disk that `path` is, or will be, on has less free. A file system that does not say is trusted. */
export async function requireDiskSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(await existing(path)).catch(() => ({ bavail: Infinity, bsize: 1 }));
  const [free, needed] = [bavail * bsize, bytes + RESERVE_BYTES];
  if (free >= needed) return;
  throw new RecordError(
    `${path} needs ${gigabytes(needed)} GB, but its disk has ${gigabytes(free)} GB free; make room, or choose another disk.`,
  );
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);

async function existing(path: string): Promise<string> {
  return (await exists(path)) || dirname(path) === path ? path : existing(dirname(path));
}
