// What Python reads of our files, and we of Python's. The Python is written from the format, with its standard library alone;
// LIN_TEST_PYTHON names an interpreter.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Im2recWriter } from '../src/records/im2rec-writer.js';
import { openRecords } from '../src/records/open-records.js';
import { RecordWriter } from '../src/records/record-writer.js';
import { temporaryFolder } from './hand-made-sets.js';

const PYTHON = process.env['LIN_TEST_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('reference_recordio.py', import.meta.url));
const skipped =
  spawnSync(PYTHON, ['-c', '']).status === 0 ? undefined : `${PYTHON} does not run; LIN_TEST_PYTHON names another`;

type Row = [key: number, flag: number, labels: number[], id: number, sha256: string, length: number];

/** So many sets at a time: a Python is started once for all of them. */
const SETS = 12;
const some = <T>(set: fc.Arbitrary<T>) => fc.array(set, { minLength: SETS, maxLength: SETS });

const python = (command: string, jobs: readonly object[]) =>
  JSON.parse(
    execFileSync(PYTHON, [SCRIPT, command], { input: JSON.stringify(jobs), encoding: 'utf8', maxBuffer: 2 ** 28 }),
  ) as Row[][];
const newFolders = () => Promise.all(Array.from({ length: SETS }, () => temporaryFolder()));
async function expectSameFiles(folders: readonly string[], others: readonly string[]) {
  for (const [i, folder] of folders.entries())
    for (const name of ['train.rec', 'train.idx'])
      expect((await readFile(join(folder, name))).equals(await readFile(join(others[i]!, name)))).toBe(true);
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes among which the magic is common, at multiples of 4 and between them, and that are no empty image. */
const images = fc
  .array(
    fc.oneof(
      fc.constant([0x0a, 0x23, 0xd7, 0xce]),
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 9 }),
      fc.constant([0x0a, 0x23]),
    ),
    { maxLength: 9 },
  )
  .map((pieces) => Uint8Array.from([7, ...pieces.flat()]));
const label = fc.nat({ max: 1000 });
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // JSON has no −0

describe.skipIf(skipped)(`a Python reader and writer${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test('reads what RecordWriter wrote, and writes the same bytes', async () => {
    const set = fc.array(fc.array(images, { maxLength: 6 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(some(set), async (sets) => {
        const [ours, pythons] = [await newFolders(), await newFolders()];
        for (const [i, identities] of sets.entries()) {
          const writer = await RecordWriter.open({ folder: ours[i]! });
          for (const ofIdentity of identities) {
            writer.startIdentity();
            for (const image of ofIdentity) await writer.addImage(image);
          }
          await writer.close();
        }
        const hex = (image: Uint8Array) => Buffer.from(image).toString('hex');
        python(
          'face2rec2',
          sets.map((identities, i) => ({ folder: pythons[i], identities: identities.map((each) => each.map(hex)) })),
        );
        await expectSameFiles(ours, pythons);

        const rows = python(
          'read',
          ours.map((folder) => ({ folder })),
        );
        for (const [i, identities] of sets.entries()) {
          const expected = identities.flatMap((ofIdentity, identity) =>
            ofIdentity.map((image) => [2, [identity, 1], sha256(image), image.length]),
          );
          expect(rows[i]!.slice(0, expected.length)).toEqual(
            expected.map(([flag, labels, ...rest], i) => [i + 1, flag, labels, i + 1, ...rest]),
          );
        }
      }),
      { numRuns: 1 },
    );
  });

  test('reads what Im2recWriter wrote, and writes the same bytes', async () => {
    const set = fc.array(
      fc.record({ label: fc.oneof(label, float, fc.array(float, { minLength: 1, maxLength: 5 })), image: images }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(some(set), async (sets) => {
        const [ours, pythons] = [await newFolders(), await newFolders()];
        for (const [i, records] of sets.entries()) {
          const writer = await Im2recWriter.open({ folder: ours[i]! });
          for (const { label, image } of records) await writer.addImage(image, label);
          await writer.close();
        }
        python(
          'write',
          sets.map((records, i) => ({
            folder: pythons[i],
            records: records.map(({ label, image }, key) => [key, label, key, Buffer.from(image).toString('hex')]),
          })),
        );
        await expectSameFiles(ours, pythons);

        expect(
          python(
            'read',
            ours.map((folder) => ({ folder })),
          ),
        ).toEqual(
          sets.map((records) =>
            records.map(({ label, image }, key) => {
              const [flag, labels] = typeof label === 'number' ? [0, [label]] : [label.length, label];
              return [key, flag, labels, key, sha256(image), image.length];
            }),
          ),
        );
      }),
      { numRuns: 1 },
    );
  });

  test('what it wrote, in any order of keys, is read: by key, many at once, in the order of the file, and without the .idx', async () => {
    const set = fc.uniqueArray(
      fc.record({ key: fc.nat({ max: 2 ** 40 }), label, further: fc.array(float, { maxLength: 3 }), image: images }),
      {
        selector: ({ key }) => key,
        minLength: 1,
        maxLength: 20,
      },
    );
    await fc.assert(
      fc.asyncProperty(some(set), async (sets) => {
        const folders = await newFolders();
        python(
          'write',
          sets.map((written, i) => ({
            folder: folders[i],
            records: written.map(({ key, label, further, image }) => [
              key,
              further.length > 0 ? [label, ...further] : label,
              key,
              Buffer.from(image).toString('hex'),
            ]),
          })),
        );
        for (const [i, written] of sets.entries()) {
          const faces = written.map(({ key, label, image }) => ({ key, label, image: Buffer.from(image) }));
          const records = await openRecords(folders[i]!);
          expect(await Promise.all(faces.map(({ key }) => records.read(key)))).toEqual(faces);
          expect(await records.readMany(faces.map(({ key }) => key))).toEqual(faces);
          const scanned = [];
          for await (const record of records.scan()) scanned.push(record);
          expect(scanned).toEqual(faces);
          await records.close();
        }
      }),
      { numRuns: 1 },
    );
  });
});
