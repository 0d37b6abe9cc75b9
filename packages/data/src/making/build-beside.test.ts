import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/hand-made-sets.js';
import { RecordError } from '../errors.js';
import { buildBeside } from './build-beside.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('a folder that is built', () => {
  test('gets its name when it is whole, and its parents are made', async () => {
    const output = join(folder, 'deep', 'out');
    const result = await buildBeside(output, async (beside) => {
      expect(await readdir(join(folder, 'deep'))).toEqual(['out.partial']);
      await writeFile(join(beside, 'a'), 'whole');
      return 7;
    });
    expect(result).toBe(7);
    expect(await readFile(join(output, 'a'), 'utf8')).toBe('whole');
    expect(await readdir(join(folder, 'deep'))).toEqual(['out']);
  });

  test('leaves nothing after an error', async () => {
    const failing = buildBeside(join(folder, 'out'), async (beside) => {
      await writeFile(join(beside, 'a'), 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['out', 'out.partial'])('overwrites no %s', async (name) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'mine'), 'precious');
    await expect(buildBeside(join(folder, 'out'), async () => {})).rejects.toThrow(RecordError);
    expect(await readFile(join(folder, name, 'mine'), 'utf8')).toBe('precious');
  });
});
