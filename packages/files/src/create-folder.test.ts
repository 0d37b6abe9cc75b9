import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFolder } from './create-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('createFolder', () => {
  test('gives a folder its name once it is full, and gives back the result', async () => {
    const path = join(folder, 'deep', 'out');
    const result = await createFolder(path, async (beside) => {
      await writeFile(join(beside, 'a'), 'whole');
      expect(await readdir(join(folder, 'deep'))).toEqual(['out.partial']);
      return 7;
    });
    expect(result).toBe(7);
    expect(await readFile(join(path, 'a'), 'utf8')).toBe('whole');
    expect(await readdir(join(folder, 'deep'))).toEqual(['out']);
  });

  test('leaves nothing behind where filling fails', async () => {
    const failing = createFolder(join(folder, 'out'), async (beside) => {
      await writeFile(join(beside, 'a'), 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['out', 'out.partial'])('refuses where %s is there', async (name) => {
    await mkdir(join(folder, name));
    const refused = createFolder(join(folder, 'out'), async () => {});
    await expect(refused).rejects.toMatchObject({ code: 'EEXIST', path: join(folder, name) });
    expect(await readdir(folder)).toEqual([name]);
  });

  test('refuses what has appeared meanwhile', async () => {
    const path = join(folder, 'out');
    await expect(createFolder(path, () => mkdir(path))).rejects.toMatchObject({ code: 'EEXIST', path });
    expect(await readdir(folder)).toEqual(['out']);
  });
});
