import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordError } from '../errors.js';
import { requireDiskSpace } from './disk-space.js';

describe('room on the disk', () => {
  test('is enough for little, wherever the path will be', async () => {
    await requireDiskSpace(join(tmpdir(), 'not', 'there', 'yet'), 1);
  });

  test('is too little for more than is free, which says how much is needed and free', async () => {
    const { bavail, bsize } = await statfs(tmpdir());
    const asked = requireDiskSpace(join(tmpdir(), 'out'), bavail * bsize * 1.5 + 1e9);
    await expect(asked).rejects.toThrow(RecordError);
    await expect(asked).rejects.toThrow(/out needs [\d.]+ GB, but its disk has [\d.]+ GB free; make room/);
  });
});
