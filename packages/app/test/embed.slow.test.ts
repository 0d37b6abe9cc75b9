// Parts of one cache in processes that run at once, as on several machines.
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { embedArguments } from './embed-arguments.js';
import { AppFolder } from './run-app.js';

test('nx embed app in two processes at once, merged, gives the bytes of one process', async () => {
  const app = await AppFolder.create();
  const caches = () => readdir(app.file('data', 'embeddings'));
  expect((await app.run(embedArguments([]))).code).toBe(0);
  const [whole] = await caches();
  const expected = await readFile(app.file('data', 'embeddings', whole!));
  await app.remove('data', 'embeddings');

  const parts = await Promise.all(['0/2', '1/2'].map((part) => app.run(embedArguments(['--shard', part]))));
  for (const { code, stderr, stdout } of parts) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/embedding the images, once: \d+\/\d+ {2}\d+ images\/s {2}ETA 0:00/);
  }
  expect(await caches()).toHaveLength(2);
  expect((await app.run(embedArguments(['--merge', '--verify']))).code).toBe(0);
  expect(await caches()).toEqual([whole]);
  expect((await readFile(app.file('data', 'embeddings', whole!))).equals(expected)).toBe(true);
});
