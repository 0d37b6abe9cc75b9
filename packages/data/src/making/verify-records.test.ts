import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf } from '../../test/pictures.js';
import { RecordError } from '../errors.js';
import { verifyRecords, type DamagedRecord } from './verify-records.js';

let folder: string;
let offsets: Map<number, number>;
beforeEach(async () => {
  folder = await temporaryFolder();
  const jpegs = await Promise.all(Array.from({ length: 30 }, (_, i) => jpegOf(i)));
  const set = assemble(insightFaceRecords([jpegs.slice(0, 10), jpegs.slice(10, 25), jpegs.slice(25)]));
  await writeSet(folder, set);
  offsets = new Map(set.rows.map(({ key, offset }) => [key, offset]));
});

async function verify() {
  const damaged: DamagedRecord[] = [];
  const report = await verifyRecords({ source: folder, onDamaged: (found) => damaged.push(found) });
  return { report, damaged };
}

async function change(offset: number, bytes: number[]) {
  const rec = await readFile(join(folder, 'train.rec'));
  rec.set(bytes, offset);
  await writeFile(join(folder, 'train.rec'), rec);
}

describe('a set that is verified', () => {
  test('and is sound has nothing to report, and is left as it is', async () => {
    const before = await stat(join(folder, 'train.rec'));
    const seen: number[] = [];
    const report = await verifyRecords({ source: folder, onProgress: ({ done, total }) => seen.push(done, total) });
    expect(report).toEqual({ images: 30, identities: 3, contradicting: 0, roundedLabels: 0, damaged: 0 });
    expect(seen.slice(-2)).toEqual([30, 30]);
    expect((await stat(join(folder, 'train.rec'))).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(folder)).toEqual(['train.idx', 'train.rec']);
  });

  test('names each damaged record by key, offset and reason: in its framing, its header, its picture', async () => {
    await change(offsets.get(3)!, [0, 0, 0, 0]); // the magic
    await change(offsets.get(12)! + 8, [255, 255, 0, 0]); // the number of labels
    await change(offsets.get(20)! + 8 + 32, [0, 0, 0, 0]); // the JPEG's first marker
    const { report, damaged } = await verify();
    expect(report).toEqual({ images: 30, identities: 3, contradicting: 0, roundedLabels: 0, damaged: 3 });
    expect(damaged.map(({ key, offset }) => [key, offset])).toEqual([3, 12, 20].map((key) => [key, offsets.get(key)]));
    expect(damaged[0]!.reason).toContain('instead of the record magic');
    expect(damaged[2]!.reason).toContain('cannot be decoded');
  });

  test('and has nothing sound in it reports all', async () => {
    for (let key = 1; key <= 30; key++) await change(offsets.get(key)! + 8 + 32, [0, 0, 0, 0]);
    expect((await verify()).report.damaged).toBe(30);
  });

  test('and was cut short reports that too', async () => {
    await truncate(join(folder, 'train.rec'), offsets.get(25)! + 100);
    const { damaged } = await verify().catch((error: unknown) => {
      expect(error).toBeInstanceOf(RecordError); // where too little is left to open it
      return { damaged: [{ reason: 'cut' }] };
    });
    expect(damaged.length).toBeGreaterThan(0);
  });

  test('and is not there is a RecordError', async () => {
    await expect(verifyRecords({ source: join(folder, 'other') })).rejects.toThrow(RecordError);
  });

  test('stops when told to', async () => {
    await expect(verifyRecords({ source: folder, signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});
