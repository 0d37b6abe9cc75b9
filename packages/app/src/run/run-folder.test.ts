import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/toy.js';
import { createRun, runFolder, RunFolderError, runNames, type RunFolder } from './run-folder.js';

test.each(['../evil', 'a/b', '', '.hidden', '-rf', 'a b', 'x'.repeat(101)])('the run name %j is refused', (name) => {
  expect(() => runFolder('runs', name)).toThrow(RunFolderError);
});

describe('a run', () => {
  const taken = /exists already; choose another --name, or continue it with --resume/;
  let run: RunFolder;
  beforeEach(async () => {
    run = runFolder(join(await temporaryFolder(), 'runs'), 'first');
    await createRun(run);
    await writeFile(run.config, '');
    await writeFile(run.metrics, '{"step":1}');
  });

  test.each(['latest.safetensors', 'step-00000008.safetensors'])('is made once: it has %s', async (name) => {
    await mkdir(run.checkpoints);
    await writeFile(join(run.checkpoints, name), '');
    await expect(createRun(run)).rejects.toThrow(taken);
    expect(await readFile(run.metrics, 'utf8')).toBe('{"step":1}');
  });

  test('is made once: it has ended', async () => {
    await writeFile(run.summary, '{}');
    await expect(createRun(run)).rejects.toThrow(taken);
  });

  test('that was killed before its first checkpoint is made again, with nothing of what it logged', async () => {
    await createRun(run);
    expect(await readdir(run.path)).toEqual(['config.yaml']);
  });

  test('is not made in the place of something else', async () => {
    await rm(run.config);
    await expect(createRun(run)).rejects.toThrow(taken);
  });

  test('is not made beside checkpoints of another one', async () => {
    await rm(run.path, { recursive: true });
    await mkdir(run.checkpoints, { recursive: true });
    const elsewhere = { ...run, path: join(run.path, 'other'), checkpoints: run.checkpoints };
    await writeFile(join(run.checkpoints, 'step-00000008.safetensors'), '');
    await expect(createRun(elsewhere)).rejects.toThrow(
      /has checkpoints already, of another run; choose another --name/,
    );
  });
});

test('runs are in the order in which their configs were written, the newest first', async () => {
  const runs = await temporaryFolder();
  await expect(runNames(runs)).rejects.toThrow(RunFolderError);
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
  expect(await runNames(runs)).toEqual(['a', 'c', 'b']);
});

test('checkpoints go where they are told to, each run’s below its name', () => {
  expect(runFolder('/runs', 'a').checkpoints).toBe('/runs/a/checkpoints');
  expect(runFolder('/runs', 'a', { checkpoints: '/big' }).checkpoints).toBe('/big/a');
});
