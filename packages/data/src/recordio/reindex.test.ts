import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  assemble,
  HEADER_PLACES,
  idxText,
  insightFaceRecords,
  temporaryFolder,
  writeSet,
} from '../../test/hand-made-sets.js';
import { RecordError } from '../errors.js';
import { openRecords } from '../records/open-records.js';
import { reindex } from './reindex.js';

const IMAGES = [[[1, 2, 3], [4]], [[5, 6, 7, 8]], [[9], [10], [11]]];

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

test.each(HEADER_PLACES)('the .idx of a whole .rec is written as its writer wrote it (header %s)', async (header) => {
  const set = assemble(insightFaceRecords(IMAGES, { header }));
  const path = await writeSet(folder, set, { idx: null });
  const progress: unknown[] = [];
  expect(await reindex(path, { onProgress: (at) => progress.push(at) })).toEqual({
    output: join(folder, 'train.idx'),
    records: 10,
    images: 6,
    keysAre: 'ids',
    damaged: [],
  });
  expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(set.rows));
  expect((await readdir(folder)).sort()).toEqual(['train.idx', 'train.rec']);
  expect(progress).toEqual([{ bytes: set.rec.length, total: set.rec.length }]);
});

test('of a damaged .rec it lists what is whole, and reports which bytes are not and the records on either side', async () => {
  const { rec, rows } = assemble(insightFaceRecords(IMAGES));
  rec.writeUInt8(0, rows[2]!.offset);
  const path = await writeSet(folder, { rec, rows }, { idx: null });
  const { records, damaged } = await reindex(path, { output: join(folder, 'elsewhere.idx') });
  expect(records).toBe(9);
  expect(damaged).toEqual([
    {
      start: rows[2]!.offset,
      end: rows[3]!.offset,
      recordsBefore: 2,
      recordsAfter: 7,
      reason: expect.stringContaining(
        `${path} at byte ${rows[2]!.offset}: found 0xced72300 instead of the record magic`,
      ) as string,
    },
  ]);
  expect(await readFile(join(folder, 'elsewhere.idx'), 'utf8')).toBe(idxText(rows.filter((_, i) => i !== 2)));
});

test('the set opens with it, without the damaged image', async () => {
  const { rec, rows } = assemble(insightFaceRecords(IMAGES));
  rec.writeUInt8(0, rows[2]!.offset);
  const path = await writeSet(folder, { rec, rows }, { idx: null });
  await reindex(path);
  const records = await openRecords(path);
  expect([...records.keys]).toEqual([1, 2, 4, 5, 6]);
  expect([...records.labels]).toEqual([0, 0, 2, 2, 2]);
  await records.close();
});

test('an .idx that is there is left as it is', async () => {
  const path = await writeSet(folder, assemble(insightFaceRecords(IMAGES)), { idx: 'mine' });
  await expect(reindex(path)).rejects.toThrow('train.idx is there already; move it away');
  expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe('mine');
});

test('a file without records is an error, and nothing is written', async () => {
  const path = join(folder, 'train.rec');
  await writeFile(path, 'no records, but text of some length');
  await expect(reindex(path)).rejects.toThrow(RecordError);
  expect(await readdir(folder)).toEqual(['train.rec']);
});
