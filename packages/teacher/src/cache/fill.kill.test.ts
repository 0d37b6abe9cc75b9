import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { COUNT, killFilling, run } from '../../test/killed-filling.js';
import { filling } from '../../test/numbered-crops.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { fillEmbeddingCache } from './fill.js';
import { mergeEmbeddingShards } from './merge.js';

test('a cache whose filling was killed twice loses no block that was reported, and ends with the bytes of an undisturbed one', () =>
  killFilling(2));

test('two processes that fill a part each, one of them killed once, make the bytes of one process', async () => {
  const expected = await readFile(await fillEmbeddingCache(filling(await temporaryFolder(), COUNT)));
  const folder = await temporaryFolder();
  const part = (index: number, kill?: Parameters<typeof run>[1]) => run([folder, String(COUNT), `${index}/2`], kill);
  await Promise.all([part(0), part(1, { afterLines: 2, delayMs: 0 })]);
  expect((await part(1)).ended).toBe(true);
  expect((await readFile(await mergeEmbeddingShards(filling(folder, COUNT)))).equals(expected)).toBe(true);
}, 120_000);
