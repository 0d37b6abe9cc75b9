import { open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { assemble, idxText, insightFaceRecords, temporaryFolder } from '../test/hand-made-sets.js';
import { referenceRead, referenceUnpack } from '../test/reference-recordio.js';
import { RecordError } from './errors.js';
import { RecordWriter } from './record-writer.js';

const MAGIC = [0x0a, 0x23, 0xd7, 0xce];
/** Encoded images, as far as a writer cares; one holds the magic where it is escaped. */
const IMAGES = [[[1, 2, 3], [...MAGIC, ...MAGIC, 5]], [[5, 6, 7, 8]], [[9], [], [11]]];

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function write(images: readonly (readonly number[])[][], name?: string): Promise<void> {
  const writer = await RecordWriter.create({ folder, ...(name && { name }) });
  for (const ofIdentity of images) {
    writer.startIdentity();
    for (const image of ofIdentity) await writer.addImage(Uint8Array.from(image));
  }
  await writer.close();
}

describe('the record writer', () => {
  test('writes face2rec2’s bytes: images, header, identities', async () => {
    await write(IMAGES);
    const { rec, rows } = assemble(insightFaceRecords(IMAGES));
    expect((await readFile(join(folder, 'train.rec'))).equals(rec)).toBe(true);
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(rows));
    expect(await readFile(join(folder, 'property'), 'utf8')).toBe('3,112,112\n');
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
  });

  test('what it writes, an independent reader reads: header label [N + 1, N + 1 + C], identity records without an image', async () => {
    await write(IMAGES);
    const file = await readFile(join(folder, 'train.rec'));
    const lines = (await readFile(join(folder, 'train.idx'), 'utf8')).trim().split('\n');
    const offsets = new Map(lines.map((line) => line.split('\t').map(Number) as [number, number]));
    const payloads = new Map(referenceRead(file).map(({ offset, payload }) => [offset, payload]));
    const record = (key: number) => referenceUnpack(payloads.get(offsets.get(key)!)!);
    expect([...offsets.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(record(0)).toEqual({ flag: 2, labels: [7, 10], id: 0, image: [] });
    expect([7, 8, 9].map((key) => record(key).labels)).toEqual([[1, 3], [3, 4], [4, 7]]);
    expect([7, 8, 9].map((key) => record(key).image)).toEqual([[], [], []]);
    expect([1, 2, 3, 4, 5, 6].map((key) => record(key).labels)).toEqual([[0, 1], [0, 1], [1, 1], [2, 1], [2, 1], [2, 1]]);
    expect([1, 2, 3, 4, 5, 6].map((key) => record(key).image)).toEqual(IMAGES.flat());
  });

  test('offsets are right far beyond what it holds back', async () => {
    const images = [Array.from({ length: 15 }, (_, i) => Array<number>(100_000 + i).fill(i))];
    await write(images);
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(assemble(insightFaceRecords(images)).rows));
    expect((await readFile(join(folder, 'train.rec'))).equals(assemble(insightFaceRecords(images)).rec)).toBe(true);
  });

  test('an image before the first identity is an error', async () => {
    const writer = await RecordWriter.create({ folder });
    await expect(writer.addImage(Uint8Array.of(1))).rejects.toThrow('call startIdentity before the first image');
    await writer.abort();
  });

  test('more keys than float32 counts are an error: the header could not name them', async () => {
    const writer = await RecordWriter.create({ folder });
    expect(() => {
      for (let i = 0; i < 2 ** 24; i++) writer.startIdentity();
    }).toThrow(RecordError);
    await writer.abort();
  });
});

describe('nothing is lost or half-written', () => {
  test('before close no file has its final name; after abort there is none', async () => {
    const writer = await RecordWriter.create({ folder });
    writer.startIdentity();
    await writer.addImage(new Uint8Array(3_000_000));
    expect(await readdir(folder)).toEqual(['train.rec.partial']);
    await writer.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  test('records that are there are not overwritten', async () => {
    await write(IMAGES);
    const before = await readFile(join(folder, 'train.rec'));
    await expect(RecordWriter.create({ folder })).rejects.toThrow(RecordError);
    await write([[[1]]], 'other');
    expect((await readFile(join(folder, 'train.rec'))).equals(before)).toBe(true);
  });

  test('two writers of one file: the second is refused, also after the first was killed', async () => {
    await writeFile(join(folder, 'train.rec.partial'), 'left behind');
    await expect(RecordWriter.create({ folder })).rejects.toThrow('train.rec.partial is there already');
    await rm(join(folder, 'train.rec.partial'));
    await write(IMAGES);
  });

  test('a full disk is an error of the call that meets it and of every later one, and leaves no half set under its final name', async () => {
    const probe = await open(join(folder, 'probe'), 'w');
    const writeFile = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'writeFile').mockRejectedValueOnce(new Error('ENOSPC: no space left on device'));
    await probe.close();
    const writer = await RecordWriter.create({ folder });
    writer.startIdentity();
    await expect(writer.addImage(new Uint8Array(2_000_000))).rejects.toThrow('ENOSPC');
    await expect(writer.addImage(new Uint8Array(2_000_000))).rejects.toThrow('ENOSPC');
    await expect(writer.close()).rejects.toThrow('ENOSPC');
    expect(writeFile).toHaveBeenCalledTimes(1);
    await writer.abort();
    expect(await readdir(folder)).toEqual(['probe']);
  });
});
