// Whole or not at all: after a failure, a kill, or several writers at once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { createFile, removeLeftovers, replaceByLink, replaceFile } from './write-file.js';

const WRITER = await bundledScript(fileURLToPath(new URL('../test/endless-writer.ts', import.meta.url)));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-files-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = () => readFile(path, 'utf8');

describe.each([
  ['replaceFile', replaceFile],
  ['createFile', createFile],
])('%s', (_, write) => {
  test('writes text, bytes, and what a function writes; nothing is left beside it', async () => {
    await write(path, 'text');
    expect(await text()).toBe('text');
    await rm(path);
    await write(path, Buffer.from('bytes'));
    expect(await text()).toBe('bytes');
    await rm(path);
    await write(path, async (file) => {
      await file.write('in ');
      await file.write('parts');
    });
    expect(await text()).toBe('in parts');
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('gives a function the name that the file has meanwhile, for what writes by name', async () => {
    await write(path, async (_, beside) => {
      await writeFile(beside, 'by name');
      await expect(stat(path)).rejects.toThrow('ENOENT');
    });
    expect(await text()).toBe('by name');
  });

  test('leaves nothing behind where the contents fail', async () => {
    const failing = write(path, async (file) => {
      await file.write('half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual([]);
  });

  test('fails where the folder is missing', async () => {
    await expect(write(join(folder, 'missing', 'file'), '')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('replaceFile', () => {
  test('leaves the old file as it was where the contents fail, or the renaming', async () => {
    await writeFile(path, 'old');
    await expect(replaceFile(path, () => Promise.reject(new Error('no more')))).rejects.toThrow('no more');
    expect(await text()).toBe('old');
    await mkdir(join(folder, 'a-folder', 'full'), { recursive: true });
    await expect(replaceFile(join(folder, 'a-folder'), 'new')).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(['a-folder', 'file']);
  });

  test('by several at once leaves the whole file of one of them', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((letter) => replaceFile(path, letter.repeat(100_000))));
    expect(await text()).toMatch(/^(a+|b+|c+|d+)$/);
    expect((await text()).length).toBe(100_000);
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('is whole however the process that writes it is killed', async () => {
    const isLeftBeside = async () => (await readdir(folder)).some((name) => name.startsWith('file.partial-'));
    for (let kills = 0; !(await isLeftBeside()); kills++) {
      expect(kills).toBeLessThan(20); // a kill outside of a write proves nothing: try again
      await killWriter(40 * kills);
      const bytes = await readFile(path);
      expect(bytes).toHaveLength(16_000_000);
      expect(bytes.equals(Buffer.alloc(bytes.length, bytes[0]))).toBe(true);
    }
    await replaceFile(path, 'and what is left of a killed process goes with the next write');
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('replaceByLink', () => {
  test('gives a file a second name in the place of another file, and again', async () => {
    await writeFile(join(folder, 'first'), 'first');
    await writeFile(join(folder, 'second'), 'second');
    for (const name of ['first', 'first', 'second']) {
      await replaceByLink(path, join(folder, name));
      expect(await text()).toBe(name);
    }
    await rm(join(folder, 'second'));
    expect(await text()).toBe('second');
    expect((await readdir(folder)).sort()).toEqual(['file', 'first']);
  });

  test('leaves the name as it was where there is no such file', async () => {
    await writeFile(path, 'old');
    await expect(replaceByLink(path, join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await text()).toBe('old');
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('removeLeftovers takes away what killed processes were writing, not what living ones are', async () => {
  let beside = '';
  await replaceFile(path, async (_, name) => (beside = name));
  const left = (process: number) => beside.replace(/-\d+-\d+$/, `-${process}-1`);
  for (const name of [left(2 ** 22 + 1), left(process.ppid), join(folder, 'other.partial')]) await writeFile(name, '');
  await removeLeftovers(folder, 'other file');
  expect(await readdir(folder)).toHaveLength(4);
  await removeLeftovers(folder);
  expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual(
    [path, left(process.ppid), join(folder, 'other.partial')].sort(),
  );
  await removeLeftovers(join(folder, 'missing'));
});

describe('createFile', () => {
  test('refuses a file that is there, one that another writes, and one that appears meanwhile', async () => {
    await writeFile(path, 'old');
    await expect(createFile(path, 'new')).rejects.toMatchObject({ code: 'EEXIST', path });
    await writeFile(join(folder, 'other.partial'), 'half');
    const busy = { code: 'EEXIST', path: join(folder, 'other.partial') };
    await expect(createFile(join(folder, 'other'), 'new')).rejects.toMatchObject(busy);
    const late = join(folder, 'late');
    await expect(createFile(late, () => writeFile(late, 'quicker'))).rejects.toMatchObject({
      code: 'EEXIST',
      path: late,
    });
    expect(await text()).toBe('old');
    expect(await readFile(late, 'utf8')).toBe('quicker');
    expect((await readdir(folder)).sort()).toEqual(['file', 'late', 'other.partial']);
  });
});

/** Starts a process that writes one version after another, and kills it `after` milliseconds from its first whole file on. */
async function killWriter(after: number): Promise<void> {
  const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await sleep(after);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
