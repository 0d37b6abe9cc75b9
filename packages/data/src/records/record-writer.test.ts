import { open, readdir, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { assemble, idxText, insightFaceRecords, temporaryFolder } from '../../test/hand-made-sets.js';
import { referenceRead, referenceUnpack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { RecordWriter } from './record-writer.js';

const MAGIC = [0x0a, 0x23, 0xd7, 0xce];
/** Encoded images, as far as a writer cares; one holds the magic where it is escaped. */
const IMAGES = [
  [
    [1, 2, 3],
    [...MAGIC, ...MAGIC, 5],
  ],
  [[5, 6, 7, 8]],
  [[9], [], [11]],
];

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function write(images: readonly (readonly number[])[][], name?: string): Promise<void> {
  const writer = await RecordWriter.open({ folder, ...(name && { name }) });
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
    expect([7, 8, 9].map((key) => record(key).labels)).toEqual([
      [1, 3],
      [3, 4],
      [4, 7],
    ]);
    expect([7, 8, 9].map((key) => record(key).image)).toEqual([[], [], []]);
    expect([1, 2, 3, 4, 5, 6].map((key) => record(key).labels)).toEqual([
      [0, 1],
      [0, 1],
      [1, 1],
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expect([1, 2, 3, 4, 5, 6].map((key) => record(key).image)).toEqual(IMAGES.flat());
  });

  test('offsets are right far beyond what it holds back', async () => {
    const images = [Array.from({ length: 15 }, (_, i) => Array<number>(100_000 + i).fill(i))];
    await write(images);
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(assemble(insightFaceRecords(images)).rows));
    expect((await readFile(join(folder, 'train.rec'))).equals(assemble(insightFaceRecords(images)).rec)).toBe(true);
  });

  test('an image before the first identity is an error', async () => {
    const writer = await RecordWriter.open({ folder });
    await expect(writer.addImage(Uint8Array.of(1))).rejects.toThrow('call startIdentity before the first image');
    await writer.abort();
  });

  test('more identities than float32 counts are an error: the last labels would not be theirs', async () => {
    const writer = await RecordWriter.open({ folder });
    for (let i = 0; i < 2 ** 24; i++) writer.startIdentity();
    expect(() => writer.startIdentity()).toThrow(RecordError);
    await writer.abort();
  });
});

describe('nothing is lost or half-written', () => {
  test('before close no file has its final name; after abort there is none', async () => {
    const writer = await RecordWriter.open({ folder });
    writer.startIdentity();
    await writer.addImage(new Uint8Array(3_000_000));
    expect((await readdir(folder)).sort()).toEqual(['train.journal', 'train.lock', 'train.rec.partial']);
    await writer.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  test('records that are there are not overwritten', async () => {
    await write(IMAGES);
    const before = await readFile(join(folder, 'train.rec'));
    await expect(RecordWriter.open({ folder })).rejects.toThrow(RecordError);
    await write([[[1]]], 'other');
    expect((await readFile(join(folder, 'train.rec'))).equals(before)).toBe(true);
  });

  test('two writers of one file: the second is refused, also where it would resume', async () => {
    const writer = await RecordWriter.open({ folder });
    await expect(RecordWriter.open({ folder })).rejects.toThrow('this process is writing these records');
    await expect(RecordWriter.open({ folder, resume: true })).rejects.toThrow('this process is writing these records');
    await writer.abort();
    await write(IMAGES);
  });

  test.each([
    ['a living process', `${process.ppid} ${hostname()}`, `process ${process.ppid} is writing`],
    ['a process of another machine', '7 elsewhere', 'process 7 on elsewhere is writing'],
  ])('a lock of %s holds', async (_, lock, message) => {
    await writeFile(join(folder, 'train.lock'), lock);
    await expect(RecordWriter.open({ folder, resume: true })).rejects.toThrow(message);
  });

  test.each([
    ['a process that is gone', `${2 ** 22 + 1} ${hostname()}`],
    ['an earlier process with our number', `${process.pid} ${hostname()}`],
    ['nobody, killed before it was named', ''],
  ])('a lock of %s does not', async (_, lock) => {
    await writeFile(join(folder, 'train.lock'), lock);
    await write(IMAGES);
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
  });

  test('what a killed writer left is not overwritten unless it is resumed', async () => {
    await writeFile(join(folder, 'train.rec.partial'), 'left behind');
    await expect(RecordWriter.open({ folder })).rejects.toThrow(
      'train.rec.partial is there already, left by a writer that was killed',
    );
    expect(await readFile(join(folder, 'train.rec.partial'), 'utf8')).toBe('left behind');
  });

  test(
    'a full disk is an error of the call that meets it and of every later one, ' +
      'and leaves no half set under its final name',
    async () => {
      const probe = await open(join(folder, 'probe'), 'w');
      await probe.close();
      const writer = await RecordWriter.open({ folder });
      const write = vi
        .spyOn(Object.getPrototypeOf(probe) as FileHandle, 'write')
        .mockRejectedValueOnce(new Error('ENOSPC: no space left on device'));
      writer.startIdentity();
      await expect(writer.addImage(new Uint8Array(2_000_000))).rejects.toThrow('ENOSPC');
      await expect(writer.addImage(new Uint8Array(2_000_000))).rejects.toThrow('ENOSPC');
      await expect(writer.close()).rejects.toThrow('ENOSPC');
      expect(write).toHaveBeenCalledTimes(1);
      await writer.abort();
      expect(await readdir(folder)).toEqual(['probe']);
    },
  );
});

describe('a writer that goes on where another ended', () => {
  /** Six images of three identities; `from` is how many are there already. */
  async function add(writer: RecordWriter, from: number, to: number): Promise<void> {
    const images = IMAGES.flatMap((ofIdentity, identity) => ofIdentity.map((image) => ({ identity, image })));
    for (const { identity, image } of images.slice(from, to)) {
      while (writer.identityCount <= identity) writer.startIdentity();
      await writer.addImage(Uint8Array.from(image));
    }
  }

  const EXPECTED = assemble(insightFaceRecords(IMAGES));
  async function expectWhole(): Promise<void> {
    expect((await readFile(join(folder, 'train.rec'))).equals(EXPECTED.rec)).toBe(true);
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(EXPECTED.rows));
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
  }

  test.each([0, 1, 2, 3, 4, 5, 6])('after %i images, writes the bytes of one that did not end', async (count) => {
    const first = await RecordWriter.open({ folder });
    await add(first, 0, count);
    await first.suspend();
    const second = await RecordWriter.open({ folder, resume: true });
    expect(second.done).toBe(count);
    await add(second, count, 6);
    await second.close();
    await expectWhole();
  });

  test('tells what is safe, and no more than that is there after a kill at any byte', async () => {
    const told: number[] = [];
    const first = await RecordWriter.open({ folder, durableEvery: 2, onDurable: (done) => told.push(done) });
    await add(first, 0, 5);
    expect(told).toEqual([2, 4]);
    await first.suspend();
    const [rec, journal] = await Promise.all(
      ['train.rec.partial', 'train.journal'].map((name) => readFile(join(folder, name))),
    );
    const lines = journal!.toString().split('\n');
    for (let cut = 0; cut <= journal!.length; cut++) {
      await writeFile(join(folder, 'train.rec.partial'), Buffer.concat([rec!, Buffer.from('half a record')]));
      await writeFile(join(folder, 'train.journal'), journal!.subarray(0, cut));
      const second = await RecordWriter.open({ folder, resume: true });
      const whole = journal!.subarray(0, cut).toString().split('\n').length - 2; // but for its first line and the last, which has no end
      expect(second.done).toBe(Math.max(0, whole));
      await add(second, second.done, 6);
      await second.suspend();
      expect((await readFile(join(folder, 'train.journal'), 'utf8')).split('\n').slice(0, 6)).toEqual(
        lines.slice(0, 6),
      );
      expect(
        (await readFile(join(folder, 'train.rec.partial'))).equals(EXPECTED.rec.subarray(0, EXPECTED.rows[6]!.offset)),
      ).toBe(true);
    }
    const last = await RecordWriter.open({ folder, resume: true });
    await last.close();
    await expectWhole();
  });

  test('an identity without images between two others is still there', async () => {
    const images = [[[1]], [], [[2]]];
    const first = await RecordWriter.open({ folder });
    first.startIdentity();
    await first.addImage(Uint8Array.of(1));
    first.startIdentity();
    first.startIdentity();
    await first.addImage(Uint8Array.of(2));
    await first.suspend();
    const second = await RecordWriter.open({ folder, resume: true });
    expect(second.identityCount).toBe(3);
    await second.close();
    expect((await readFile(join(folder, 'train.rec'))).equals(assemble(insightFaceRecords(images)).rec)).toBe(true);
  });

  test.each([
    [
      'a journal of another layout',
      'train.journal',
      'lin-data records 1 im2rec\n',
      'train.journal at byte 0: expected the journal of records in insightface layout',
    ],
    [
      'a journal that leaves out a key',
      'train.journal',
      'lin-data records 1 insightface\n1\t0\t0\n3\t8\t0\n',
      'train.journal at byte 37: expected "key<tab>offset<tab>label"',
    ],
    ['another file', 'train.journal', 'x'.repeat(1000), 'train.journal at byte 0: expected lines of three numbers'],
    ['records that are gone', 'train.rec.partial', '', 'train.rec.partial at byte'],
  ])('%s is a RecordError, and nothing is cut off', async (_, name, content, message) => {
    const first = await RecordWriter.open({ folder });
    await add(first, 0, 4);
    await first.suspend();
    await writeFile(join(folder, name), content);
    await expect(RecordWriter.open({ folder, resume: true })).rejects.toThrow(RecordError);
    await expect(RecordWriter.open({ folder, resume: true })).rejects.toThrow(message);
    expect(await readFile(join(folder, name), 'utf8')).toBe(content);
    expect(await readdir(folder)).not.toContain('train.lock');
  });
});
