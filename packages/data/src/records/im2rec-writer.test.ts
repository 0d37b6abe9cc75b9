import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { assemble, idxText, temporaryFolder } from '../../test/hand-made-sets.js';
import { referencePack } from '../../test/reference-recordio.js';
import { Im2recWriter } from './im2rec-writer.js';
import { openRecords } from './open-records.js';

const LABELS = [3, [3, 0.25, -1.5], 0, [7], []];
const EXPECTED = assemble(LABELS.map((label, key) => ({ key, payload: referencePack(label, key, [key, 1, 2]) })));

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function add(writer: Im2recWriter, labels = LABELS): Promise<void> {
  for (const label of labels) {
    const key = LABELS.indexOf(label);
    expect(await writer.addImage(Uint8Array.of(key, 1, 2), label)).toBe(key);
  }
}

test('im2rec’s bytes: keys from 0, a number as label in the header, a list behind it', async () => {
  const writer = await Im2recWriter.open({ folder });
  await add(writer);
  await writer.close();
  expect((await readFile(join(folder, 'train.rec'))).equals(EXPECTED.rec)).toBe(true);
  expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(EXPECTED.rows));
  expect((await readdir(folder)).sort()).toEqual(['train.idx', 'train.rec']);
});

test('the same bytes where it was ended and resumed', async () => {
  const first = await Im2recWriter.open({ folder });
  await add(first, LABELS.slice(0, 3));
  await first.suspend();
  const second = await Im2recWriter.open({ folder, resume: true });
  expect(second.done).toBe(3);
  await add(second, LABELS.slice(3));
  await second.close();
  expect((await readFile(join(folder, 'train.rec'))).equals(EXPECTED.rec)).toBe(true);
});

test('openRecords reads it back', async () => {
  const writer = await Im2recWriter.open({ folder });
  await add(writer, LABELS.slice(0, 4));
  await writer.close();
  const records = await openRecords(folder);
  expect(records.layout).toBe('im2rec');
  expect([...records.labels]).toEqual([3, 3, 0, 7]);
  expect([...(await records.read(3)).image]).toEqual([3, 1, 2]);
  await records.close();
});
