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
import { openRecords } from '../src/records/record-set.js';
import { RecordWriter } from '../src/records/record-writer.js';
import { temporaryFolder } from './hand-made-sets.js';

const PYTHON = process.env['LIN_TEST_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('reference_recordio.py', import.meta.url));
const skipped =
  spawnSync(PYTHON, ['-c', '']).status === 0 ? undefined : `${PYTHON} does not run; LIN_TEST_PYTHON names another`;

type Row = [key: number, flag: number, labels: number[], id: number, sha256: string, length: number];

const files = (folder: string) => [join(folder, 'train.rec'), join(folder, 'train.idx')];
const pythonReads = (folder: string) =>
  JSON.parse(
    execFileSync(PYTHON, [SCRIPT, 'read', ...files(folder)], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  ) as Row[];
const pythonWrites = (command: string, folder: string, given: unknown) =>
  execFileSync(PYTHON, [SCRIPT, command, ...files(folder)], { input: JSON.stringify(given) });
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
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(images, { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        async (identities) => {
          const [ours, python] = [await temporaryFolder(), await temporaryFolder()];
          const writer = await RecordWriter.open({ folder: ours });
          for (const ofIdentity of identities) {
            writer.startIdentity();
            for (const image of ofIdentity) await writer.addImage(image);
          }
          await writer.close();
          pythonWrites('face2rec2', python, {
            identities: identities.map((ofIdentity) => ofIdentity.map((image) => Buffer.from(image).toString('hex'))),
          });
          for (const [i, path] of files(ours).entries())
            expect((await readFile(path)).equals(await readFile(files(python)[i]!))).toBe(true);

          const expected = identities.flatMap((ofIdentity, identity) =>
            ofIdentity.map((image) => [2, [identity, 1], sha256(image), image.length]),
          );
          expect(pythonReads(ours).slice(0, expected.length)).toEqual(
            expected.map(([flag, labels, ...rest], i) => [i + 1, flag, labels, i + 1, ...rest]),
          );
        },
      ),
      { numRuns: 12 },
    );
  });

  test('reads what Im2recWriter wrote, and writes the same bytes', async () => {
    const records = fc.array(
      fc.record({ label: fc.oneof(label, float, fc.array(float, { minLength: 1, maxLength: 5 })), image: images }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(records, async (records) => {
        const [ours, python] = [await temporaryFolder(), await temporaryFolder()];
        const writer = await Im2recWriter.open({ folder: ours });
        for (const { label, image } of records) await writer.addImage(image, label);
        await writer.close();
        pythonWrites('write', python, {
          records: records.map(({ label, image }, key) => [key, label, key, Buffer.from(image).toString('hex')]),
        });
        for (const [i, path] of files(ours).entries())
          expect((await readFile(path)).equals(await readFile(files(python)[i]!))).toBe(true);

        expect(pythonReads(ours)).toEqual(
          records.map(({ label, image }, key) => {
            const [flag, labels] = typeof label === 'number' ? [0, [label]] : [label.length, label];
            return [key, flag, labels, key, sha256(image), image.length];
          }),
        );
      }),
      { numRuns: 12 },
    );
  });

  test('what it wrote, in any order of keys, is read: by key, many at once, in the order of the file, and without the .idx', async () => {
    const records = fc.uniqueArray(
      fc.record({ key: fc.nat({ max: 2 ** 40 }), label, further: fc.array(float, { maxLength: 3 }), image: images }),
      {
        selector: ({ key }) => key,
        minLength: 1,
        maxLength: 20,
      },
    );
    await fc.assert(
      fc.asyncProperty(records, async (written) => {
        const folder = await temporaryFolder();
        pythonWrites('write', folder, {
          records: written.map(({ key, label, further, image }) => [
            key,
            further.length > 0 ? [label, ...further] : label,
            key,
            Buffer.from(image).toString('hex'),
          ]),
        });
        const faces = written.map(({ key, label, image }) => ({ key, label, image: Buffer.from(image) }));
        const records = await openRecords(folder);
        expect(await Promise.all(faces.map(({ key }) => records.read(key)))).toEqual(faces);
        expect(await records.readMany(faces.map(({ key }) => key))).toEqual(faces);
        const scanned = [];
        for await (const record of records.scan()) scanned.push(record);
        expect(scanned).toEqual(faces);
        await records.close();
      }),
      { numRuns: 12 },
    );
  });
});
