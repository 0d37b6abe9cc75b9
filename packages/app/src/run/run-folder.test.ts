import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/toy.js';
import { createRun, latestRunName, runFolder, RunFolderError } from './run-folder.js';

test.each(['../evil', 'a/b', '', '.hidden', '-rf', 'a b', 'x'.repeat(101)])('the run name %j is refused', (name) => {
  expect(() => runFolder('runs', name)).toThrow(RunFolderError);
});

test('a run is made once', async () => {
  const run = runFolder(join(await temporaryFolder(), 'runs'), 'first');
  await createRun(run);
  await expect(createRun(run)).rejects.toThrow(/exists already; choose another --name, or continue it with --resume/);
});

test('the newest run is the one whose config was written last', async () => {
  const runs = await temporaryFolder();
  await expect(latestRunName(runs)).rejects.toThrow(RunFolderError);
  for (const [name, time] of [
    ['b', 100],
    ['a', 300],
    ['c', 200],
  ] as const) {
    const run = runFolder(runs, name);
    await createRun(run);
    await writeFile(run.config, '');
    await utimes(run.config, time, time);
  }
  expect(await latestRunName(runs)).toBe('a');
});

test('checkpoints go where they are told to, each run’s below its name', () => {
  expect(runFolder('/runs', 'a').checkpoint).toBe('/runs/a/checkpoints/latest.safetensors');
  expect(runFolder('/runs', 'a', { checkpoints: '/big' }).checkpoint).toBe('/big/a/latest.safetensors');
});
