import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareExportFolder } from './export-folder.js';

const newFolder = () => mkdtemp(join(tmpdir(), 'lin-export-'));

test.each(['README.md', 'config.json', 'student.onnx'])('%s of somebody else is never written over', async (name) => {
  const folder = await newFolder();
  await writeFile(join(folder, name), 'mine');
  await expect(prepareExportFolder(folder)).rejects.toThrow(
    `${join(folder, name)} is no file of an earlier export; name another folder by --output.`,
  );
  expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
});

test('files of an earlier export go, other files stay', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'README.md'), '---\nlibrary_name: lin\ntags: []\n---\n');
  for (const name of ['student.onnx', 'config.json', 'notes.txt']) await writeFile(join(folder, name), '');
  await prepareExportFolder(folder);
  expect((await readdir(folder)).sort()).toEqual(['README.md', 'notes.txt']);
  await prepareExportFolder(join(folder, 'new', 'one'));
});
